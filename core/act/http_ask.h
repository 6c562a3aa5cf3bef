/* SPDX-License-Identifier: Apache-2.0
 *
 * A request as the HTTP program is told it (http/protocol.h).
 */
#ifndef CORE_ACT_HTTP_ASK_H
#define CORE_ACT_HTTP_ASK_H

#include "act/http.h"
#include "act/wire.h"

/* It waits in `wire` then. */
int http_ask (struct wire *wire, uint64_t id,
              const struct http_request *request, struct kbsh_error *err);

#endif
