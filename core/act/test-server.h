/* SPDX-License-Identifier: Apache-2.0
 *
 * For the tests of requests: real servers (test-server.py), in kit_folder.
 */
#ifndef CORE_ACT_TEST_SERVER_H
#define CORE_ACT_TEST_SERVER_H

/* Of the client; with openssl, else the test is skipped. */
extern char *server_ca, *server_certificate, *server_key;
void server_certificates (void);

/* TLS on 127.0.0.1: the port. It asks for certificates. */
int server_tls (void);
/* `kind` is "unix" (HTTP/1.1) or "h2"; `name` is the socket's. */
void server_unix (const char *kind, const char *name);
/* Ends them all. */
void server_end (void);

#endif
