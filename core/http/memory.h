/* SPDX-License-Identifier: Apache-2.0
 *
 * The program's memory: libcurl's is wiped when it is freed (it holds headers
 * and bodies), and what starting up needed is given back.
 */
#ifndef CORE_HTTP_MEMORY_H
#define CORE_HTTP_MEMORY_H

#include <stddef.h>

/* For curl_global_init_mem(). */
void *memory_get (size_t size);
void memory_free (void *memory);
void *memory_resize (void *memory, size_t size);
char *memory_text (const char *text);
void *memory_array (size_t count, size_t size);

/* Linking two dozen libraries, and setting them up, touches pages of their
 * code and tables that no request needs: let go of them all. What is needed is
 * read again from the files, which the machine has in memory. */
void memory_give_back (void);

#endif
