/* SPDX-License-Identifier: Apache-2.0
 *
 * The step images.pull.
 */
#ifndef PLUGINS_IMAGES_PULL_H
#define PLUGINS_IMAGES_PULL_H

#include <kbsh/plugin.h>

int pull_run (struct kbsh_ctx *ctx);

#endif
