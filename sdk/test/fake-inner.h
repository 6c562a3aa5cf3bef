/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of the fake host share.
 */
#ifndef KBSH_TEST_FAKE_INNER_H
#define KBSH_TEST_FAKE_INNER_H

#include "fake-host.h"

struct fake *fake_of (struct kbsh_ctx *ctx);
/* The text again, as long as the host is there. */
const char *fake_keep (struct fake *fake, const char *text);
/* What the world has at this path, or NULL. */
json_object *fake_file_at (struct fake *fake, const char *path);

/* Note an effect, with one member and then more. */
json_object *fake_effect (struct kbsh_ctx *ctx, const char *kind,
                          const char *member, const char *value);
void fake_note (json_object *effect, const char *member, const void *data,
                size_t length);
void fake_note_secret (json_object *effect, uint32_t flags);

/* Each part puts its functions into the table. */
void fake_inputs (struct kbsh_host *host);
void fake_file_effects (struct kbsh_host *host);
void fake_answers (struct kbsh_host *host);

#endif
