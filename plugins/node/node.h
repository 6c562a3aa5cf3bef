/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of the module node share.
 */
#ifndef PLUGINS_NODE_H
#define PLUGINS_NODE_H

#include <kbsh/plugin.h>

int node_joined (struct kbsh_ctx *ctx); /* joined.c */

#endif
