/* SPDX-License-Identifier: Apache-2.0
 *
 * Where every field of every public structure of ABI 1.0 is, and the value of
 * every constant: compiled with the real header and with the frozen one. A
 * line here is never changed; new fields, at the ends, get new lines.
 */
#include <kbsh/plugin.h>

/* Offsets of machines with 64-bit pointers and aligned 64-bit integers. */
#if __SIZEOF_POINTER__ == 8
#define AT(type, field, offset)                                                \
  _Static_assert(offsetof (struct type, field) == (offset),                    \
                 #type "." #field " has moved")
/* It tells its own size, and may have grown. */
#define GROWS(type, size)                                                      \
  _Static_assert(sizeof (struct type) >= (size), #type " has shrunk")
#else
#define AT(type, field, offset)                                                \
  _Static_assert(sizeof (((struct type *)0)->field) > 0, "")
#define GROWS(type, size) _Static_assert(sizeof (struct type) > 0, "")
#endif
#define IS(constant, value)                                                    \
  _Static_assert((constant) == (value), #constant " has another value")

IS (KBSH_ABI_MAJOR, 1);

AT (kbsh_step_ops, size, 0);
AT (kbsh_step_ops, run, 8);
GROWS (kbsh_step_ops, 16);

AT (kbsh_check_ops, size, 0);
AT (kbsh_check_ops, run, 8);
GROWS (kbsh_check_ops, 16);

AT (kbsh_ca_ops, size, 0);
AT (kbsh_ca_ops, root, 8);
AT (kbsh_ca_ops, sign, 16);
GROWS (kbsh_ca_ops, 24);

AT (kbsh_addon_ops, size, 0);
AT (kbsh_addon_ops, render, 8);
AT (kbsh_addon_ops, apply, 16);
AT (kbsh_addon_ops, verify, 24);
AT (kbsh_addon_ops, remove, 32);
GROWS (kbsh_addon_ops, 40);

AT (kbsh_runtime_ops, size, 0);
AT (kbsh_runtime_ops, detect, 8);
AT (kbsh_runtime_ops, describe, 16);
AT (kbsh_runtime_ops, images, 24);
AT (kbsh_runtime_ops, pull, 32);
AT (kbsh_runtime_ops, containers, 40);
AT (kbsh_runtime_ops, clear, 48);
GROWS (kbsh_runtime_ops, 56);

AT (kbsh_command_ops, size, 0);
AT (kbsh_command_ops, words, 8);
AT (kbsh_command_ops, run, 16);
GROWS (kbsh_command_ops, 24);

AT (kbsh_service, size, 0);
AT (kbsh_service, role, 8);
AT (kbsh_service, name, 16);
AT (kbsh_service, summary, 24);
AT (kbsh_service, accepts, 32);
AT (kbsh_service, touches, 40);
AT (kbsh_service, ops, 48);
GROWS (kbsh_service, 56);

AT (kbsh_module, abi_major, 0);
AT (kbsh_module, abi_minor, 4);
AT (kbsh_module, size, 8);
AT (kbsh_module, name, 16);
AT (kbsh_module, version, 24);
AT (kbsh_module, licence, 32);
AT (kbsh_module, vendor, 40);
AT (kbsh_module, summary, 48);
AT (kbsh_module, services, 56);
GROWS (kbsh_module, 64);

AT (kbsh_file, size, 0);
AT (kbsh_file, path, 8);
AT (kbsh_file, data, 16);
AT (kbsh_file, length, 24);
AT (kbsh_file, mode, 32);
AT (kbsh_file, flags, 36);
GROWS (kbsh_file, 40);

AT (kbsh_program, size, 0);
AT (kbsh_program, argv, 8);
AT (kbsh_program, env, 16);
AT (kbsh_program, input, 24);
AT (kbsh_program, input_length, 32);
AT (kbsh_program, timeout_ms, 40);
AT (kbsh_program, flags, 44);
GROWS (kbsh_program, 48);

AT (kbsh_output, size, 0);
AT (kbsh_output, status, 8);
AT (kbsh_output, out, 16);
AT (kbsh_output, out_length, 24);
AT (kbsh_output, err, 32);
AT (kbsh_output, err_length, 40);
GROWS (kbsh_output, 48);

AT (kbsh_unit_state, size, 0);
AT (kbsh_unit_state, known, 8);
AT (kbsh_unit_state, enabled, 12);
AT (kbsh_unit_state, active, 16);
GROWS (kbsh_unit_state, 24);

AT (kbsh_request, size, 0);
AT (kbsh_request, method, 8);
AT (kbsh_request, url, 16);
AT (kbsh_request, headers, 24);
AT (kbsh_request, body, 32);
AT (kbsh_request, body_length, 40);
AT (kbsh_request, ca, 48);
AT (kbsh_request, certificate, 56);
AT (kbsh_request, key, 64);
AT (kbsh_request, unix_socket, 72);
AT (kbsh_request, subject, 80);
AT (kbsh_request, timeout_ms, 88);
AT (kbsh_request, expect, 92);
AT (kbsh_request, flags, 96);
GROWS (kbsh_request, 104);

AT (kbsh_response, size, 0);
AT (kbsh_response, status, 8);
AT (kbsh_response, reason, 16);
AT (kbsh_response, headers, 24);
AT (kbsh_response, body, 32);
AT (kbsh_response, body_length, 40);
AT (kbsh_response, untrusted, 48);
GROWS (kbsh_response, 56);

AT (kbsh_call, size, 0);
AT (kbsh_call, role, 8);
AT (kbsh_call, service, 16);
AT (kbsh_call, op, 24);
AT (kbsh_call, args, 32);
GROWS (kbsh_call, 40);

AT (kbsh_failure, size, 0);
AT (kbsh_failure, what, 8);
AT (kbsh_failure, why, 16);
AT (kbsh_failure, remedy, 24);
GROWS (kbsh_failure, 32);

AT (kbsh_finding, size, 0);
AT (kbsh_finding, name, 8);
AT (kbsh_finding, severity, 16);
AT (kbsh_finding, found, 24);
AT (kbsh_finding, needed, 32);
AT (kbsh_finding, remedy, 40);
GROWS (kbsh_finding, 48);

AT (kbsh_host, size, 0);
AT (kbsh_host, abi_major, 8);
AT (kbsh_host, abi_minor, 12);
AT (kbsh_host, get, 16);
AT (kbsh_host, get_string, 24);
AT (kbsh_host, get_int, 32);
AT (kbsh_host, get_bool, 40);
AT (kbsh_host, read_file, 48);
AT (kbsh_host, put, 56);
AT (kbsh_host, put_string, 64);
AT (kbsh_host, secret, 72);
AT (kbsh_host, fail, 80);
AT (kbsh_host, failed, 88);
AT (kbsh_host, forgive, 96);
AT (kbsh_host, log, 104);
AT (kbsh_host, progress, 112);
AT (kbsh_host, finding, 120);
AT (kbsh_host, print, 128);
AT (kbsh_host, write_file, 136);
AT (kbsh_host, remove_file, 144);
AT (kbsh_host, make_dir, 152);
AT (kbsh_host, change_mode, 160);
AT (kbsh_host, make_symlink, 168);
AT (kbsh_host, run_program, 176);
AT (kbsh_host, unit, 184);
AT (kbsh_host, request, 192);
AT (kbsh_host, call, 200);
AT (kbsh_host, services, 208);
AT (kbsh_host, data_dir, 216);
AT (kbsh_host, remove_tree, 224);
AT (kbsh_host, unmount, 232);
AT (kbsh_host, remove_secret, 240);
GROWS (kbsh_host, 240);

AT (kbsh_ctx, size, 0);
AT (kbsh_ctx, host, 8);
AT (kbsh_ctx, step, 16);
AT (kbsh_ctx, service, 24);
AT (kbsh_ctx, op, 32);
AT (kbsh_ctx, dry_run, 40);
GROWS (kbsh_ctx, 48);

IS (KBSH_SECRET, 1);
IS (KBSH_QUERY, 2);
IS (KBSH_WAIT, 4);
IS (KBSH_HTTP2, 8);
IS (KBSH_INSECURE, 16);
IS (KBSH_PARTIAL, 32);
IS (KBSH_ALLOW_FAIL, 64);
IS (KBSH_KEEP_FOLDER, 128);
IS (KBSH_MNT_FORCE, 256);
IS (KBSH_MNT_DETACH, 512);
IS (KBSH_MNT_EXPIRE, 1024);
IS (KBSH_UMOUNT_NOFOLLOW, 2048);
IS (KBSH_UNIT_STATE, 0);
IS (KBSH_UNIT_ENABLE, 1);
IS (KBSH_UNIT_DISABLE, 2);
IS (KBSH_UNIT_START, 3);
IS (KBSH_UNIT_STOP, 4);
IS (KBSH_UNIT_RESTART, 5);
IS (KBSH_UNIT_RELOAD, 6);
IS (KBSH_DEBUG, 0);
IS (KBSH_INFO, 1);
IS (KBSH_WARNING, 2);
IS (KBSH_PASSED, 0);
IS (KBSH_NOTE, 1);
IS (KBSH_WARN, 2);
IS (KBSH_ERROR, 3);

int
main (void)
{
  return 0;
}
