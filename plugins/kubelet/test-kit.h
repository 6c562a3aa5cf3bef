/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of a kubelet that joins share: certificates, files that
 * access() finds, and a fake host with the usual inputs.
 */
#ifndef PLUGINS_KUBELET_TEST_KIT_H
#define PLUGINS_KUBELET_TEST_KIT_H

#include "sdk/test/fake-host.h"

#define SERVER "https://10.0.0.1:6443"
#define NODE SERVER "/api/v1/nodes/w1"

extern char folder[];
extern char *ca, *other_ca, *leaf, *expired, *key;

/* The folders and certificates; at the end they go. */
void kit_begin (void);
void kit_end (void);

/* A fake with the inputs that all tests have, and these answers. */
void begin (struct fake *fake, const char *answers);
void add_file (struct fake *fake, const char *name, const char *text);
/* A node that has joined has kubelet.conf, and its certificate beside it. */
void add_joined (struct fake *fake, const char *authority,
                 const char *certificate);
/* Takes its files away from under access(). */
void remove_real (void);
/* "file ca.crt, unit start": what was asked for. The caller frees. */
char *story (struct fake *fake);

#endif
