/* SPDX-License-Identifier: Apache-2.0
 *
 * An honest module, whose parts a liar defines otherwise before it includes
 * this. NAME is given by the test: the name of the file.
 */
#include <kbsh/plugin.h>

#ifndef ABI_MAJOR
#define ABI_MAJOR KBSH_ABI_MAJOR
#endif
#ifndef ABI_MINOR
#define ABI_MINOR KBSH_ABI_MINOR
#endif
#ifndef SIZE
#define SIZE sizeof (struct kbsh_module)
#endif
#ifndef MODULE_NAME
#define MODULE_NAME NAME
#endif
#ifndef VERSION
#define VERSION "1.0"
#endif
#ifndef SERVICE_SIZE
#define SERVICE_SIZE sizeof (struct kbsh_service)
#endif
#ifndef SERVICE_NAME
#define SERVICE_NAME NAME ".run"
#endif
#ifndef ROLE
#define ROLE "step"
#endif
#ifndef SUMMARY
#define SUMMARY "does nothing"
#endif
#ifndef ACCEPTS
#define ACCEPTS NULL
#endif
#ifndef TOUCHES
#define TOUCHES NULL
#endif
#ifndef OPS_SIZE
#define OPS_SIZE sizeof (struct kbsh_step_ops)
#endif
#ifndef RUN
#define RUN run
#endif
#ifndef OPS
#define OPS &ops
#endif
#ifndef SERVICES
#define SERVICES services
#endif
#ifndef LIST
#define LIST &service, NULL
#endif

#ifndef BODY
#define BODY 0
#endif
extern int elsewhere (void);

static int __attribute__ ((unused)) run (struct kbsh_ctx *ctx)
{
  (void)ctx;
  return BODY;
}

#ifndef OTHER_OPS
static const struct kbsh_step_ops ops __attribute__ ((unused))
= { .size = OPS_SIZE, .run = RUN };
#else
OTHER_OPS;
#endif

static const struct kbsh_service service __attribute__ ((unused))
= { .size = SERVICE_SIZE,
    .role = ROLE,
    .name = SERVICE_NAME,
    .summary = SUMMARY,
    .accepts = ACCEPTS,
    .touches = TOUCHES,
    .ops = OPS };

static const struct kbsh_service *const services[] __attribute__ ((unused))
= { LIST };

#ifndef NO_DESCRIPTION
extern KBSH_EXPORT const struct kbsh_module kbsh_module;
const struct kbsh_module kbsh_module = { .abi_major = ABI_MAJOR,
                                         .abi_minor = ABI_MINOR,
                                         .size = SIZE,
                                         .name = MODULE_NAME,
                                         .version = VERSION,
                                         .licence = "Apache-2.0",
                                         .vendor = "the tests",
                                         .summary = "a test's module",
                                         .services = SERVICES };
#endif
