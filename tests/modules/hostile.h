/* SPDX-License-Identifier: Apache-2.0
 *
 * What the hostile modules have in common: one step and one check that call
 * `misbehave`, and nothing else. NAME is given by who builds it.
 */
#include <kbsh/plugin.h>

static int misbehave (struct kbsh_ctx *ctx);

static const struct kbsh_step_ops step_ops
    = { .size = sizeof step_ops, .run = misbehave };
static const struct kbsh_check_ops check_ops
    = { .size = sizeof check_ops, .run = misbehave };
static const struct kbsh_service step = { .size = sizeof step,
                                          .role = "step",
                                          .name = NAME ".step",
                                          .summary = "misbehaves",
                                          .ops = &step_ops };
static const struct kbsh_service check = { .size = sizeof check,
                                           .role = "check",
                                           .name = NAME ".check",
                                           .summary = "misbehaves",
                                           .ops = &check_ops };
static const struct kbsh_service *const services[] = { &step, &check, NULL };

KBSH_MODULE (.name = NAME, .version = "1.0", .licence = "Apache-2.0",
             .vendor = "tests", .summary = "misbehaves in one way",
             .services = services);
