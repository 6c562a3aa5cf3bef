/* SPDX-License-Identifier: Apache-2.0
 *
 * kbsh/plugin.h - the ABI between the kbsh core (the host) and a plugin
 * (a module). This header stands alone: a plugin needs nothing else.
 *
 * The contract, in short (doc/plugin-author.md tells it at length):
 *
 *  - A module exports one symbol, `kbsh_module`, a constant description.
 *  - A module offers services. Each has a role, and each role is a table of
 *    functions that all have the same shape: int f (struct kbsh_ctx *).
 *  - A function reads its inputs through the host table, asks the host for
 *    effects (it changes nothing on the machine by itself), puts its results,
 *    and returns 0; or it returns what host->fail() returned.
 *  - Every structure that crosses starts with its size and only ever grows at
 *    its end. Only C types and UTF-8 text cross; structured values are JSON.
 *  - What a host function returns lives until the service's function returns.
 *    What a module passes is copied by the host before the call returns.
 *  - A module never exits, aborts, prints, forks, or changes the working
 *    directory, the umask or signal handling. A service runs in a worker
 *    process of its own, on one thread: it needs to be neither thread-safe
 *    nor crash-proof.
 *
 * Functions that return int return 0, or -1 when they failed; the failure is
 * then recorded in the context, and the service simply returns -1 as well.
 *
 * Since 1.0 unless a line says otherwise.
 */
#ifndef KBSH_PLUGIN_H
#define KBSH_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this header. A host loads a module whose major equals its
 * own and whose minor is not newer than its own. */
#define KBSH_ABI_MAJOR 1
#define KBSH_ABI_MINOR 0

struct kbsh_ctx;

/* ------------------------------------------------------------------ */
/* What a module describes                                             */

/* The one shape of every service function. Returns 0, or -1 with the error
 * recorded by host->fail() or by the host function that failed. */
typedef int kbsh_function (struct kbsh_ctx *ctx);

/* Role "step": anything that a workflow can run. */
struct kbsh_step_ops
{
  size_t size;        /* sizeof (struct kbsh_step_ops) */
  kbsh_function *run; /* required */
};

/* Role "check": one preflight checker. It looks at what it is told to look
 * at and reports with host->finding(); it can ask for queries (KBSH_QUERY),
 * for nothing that changes the machine. Returning -1 means that the check
 * itself could not be made. */
struct kbsh_check_ops
{
  size_t size;
  kbsh_function *run; /* required */
};

/* Role "ca": a certificate authority backend. It sees only the arguments
 * named here (RFC 5280 certificates, RFC 2986 requests, RFC 7468 text).
 *  root: make or open a root.
 *    in:  name (of the CA, such as "ca"), directory, common-name, algorithm
 *         (RSA-2048 .. ECDSA-P384), days, not-before and not-after
 *         (seconds since the epoch), dns-name (or empty: no SAN)
 *    out: /certificate (PEM), /made (boolean: true when it was made just now),
 *         /external (boolean: true when the CA's key is not here, so that
 *         nothing can be signed)
 *  sign: sign a certificate request.
 *    in:  name, directory, request (PEM), common-name, organizations (list),
 *         usages (list of "client", "server"), dns-names (list),
 *         ip-addresses (list), not-before, not-after (seconds), ca-false
 *         (boolean: say CA:FALSE in basic constraints)
 *    out: /certificate (PEM)
 */
struct kbsh_ca_ops
{
  size_t size;
  kbsh_function *root; /* required */
  kbsh_function *sign; /* required */
};

/* Role "addon": something installed into what the workflow built.
 *  render: put /objects, a list of objects, and change nothing
 *  apply:  make it so (what a workflow step runs unless it says otherwise)
 *  verify: fail unless it is there and as rendered
 *  remove: take away what apply made, and nothing else */
struct kbsh_addon_ops
{
  size_t size;
  kbsh_function *render; /* required */
  kbsh_function *apply;  /* required */
  kbsh_function *verify; /* required */
  kbsh_function *remove; /* required */
};

/* Role "runtime": a probe for one kind of container runtime.
 *  detect:     out: /sockets, a list of the sockets where it answers; with
 *              the argument `socket`, look there only
 *  describe:   in: socket; out: /name, /version, /api, /sandbox-image (or
 *              null), /cgroup-driver (or null)
 *  images:     in: socket; out: /images, a list of names that are present
 *  pull:       in: socket, image; fetch the image unless it is present
 *  containers: in: socket, label (key=value, or none); out: /containers, a
 *              list of {id, name, pod, namespace, state, exit-code, attempt,
 *              reason, log} where log is a path or null
 *  clear:      in: socket; stop and remove all pods with their containers
 *              out: /removed, how many pods there were */
struct kbsh_runtime_ops
{
  size_t size;
  kbsh_function *detect;     /* required */
  kbsh_function *describe;   /* required */
  kbsh_function *images;     /* required */
  kbsh_function *pull;       /* required */
  kbsh_function *containers; /* required */
  kbsh_function *clear;      /* optional */
};

/* Role "command": a subcommand of the program. `words` are what the user
 * types after the program's name, separated by one space ("config print").
 * Flags and positional arguments are what the service accepts (below). */
struct kbsh_command_ops
{
  size_t size;
  const char *words;  /* required, static */
  kbsh_function *run; /* required */
};

/* One service of a module.
 *
 * accepts: JSON, a list of the parameters that it takes, or NULL for none:
 *   [{"name": "spec",            lower case, digits and '-'
 *     "type": "string",          string, bool, int, duration, list, path, any
 *     "required": true,          default false
 *     "default": null,           default null
 *     "values": ["a", "b"],      only these, when present
 *     "secret": true,            redacted wherever it would be shown
 *     "positional": true,        command only: not a flag
 *     "short": "o",              command only
 *     "help": "one line"}]
 *   A parameter that is not listed is refused before anything runs.
 *
 * touches: JSON, what the service may ask the host to change or reach, or
 *   NULL for nothing:
 *   {"paths": ["/etc/example/"],       a folder (ends in '/') with all below
 *                                      it, or one file
 *    "programs": ["modprobe"],         base names
 *    "units": ["example.service"],     systemd units
 *    "hosts": ["*"],                   host names or addresses, "*" for any,
 *                                      "unix:" and a path for a socket (or
 *                                      unix:///path, or the path alone)
 *    "calls": ["ca", "runtime"]}       roles of the services it calls
 *   A ${...} in any of them is replaced by that input (see `get` below). The
 *   host refuses what was not declared.
 */
struct kbsh_service
{
  size_t size;         /* sizeof (struct kbsh_service) */
  const char *role;    /* "step", "check", "ca", "addon", "runtime", ... */
  const char *name;    /* "MODULE.NAME": the module's name, a dot, a name */
  const char *summary; /* one line */
  const char *accepts;
  const char *touches;
  const void *ops; /* the table of its role */
};

/* The description of a module, exported under the name `kbsh_module`. The
 * first three fields keep their place and meaning for ever. */
struct kbsh_module
{
  uint32_t abi_major; /* KBSH_ABI_MAJOR */
  uint32_t abi_minor; /* KBSH_ABI_MINOR */
  size_t size;        /* sizeof (struct kbsh_module) */
  const char *name;   /* as the file: NAME.so; lower case, digits, '-' */
  const char *version;
  const char *licence; /* SPDX expression */
  const char *vendor;
  const char *summary;                         /* one line */
  const struct kbsh_service *const *services; /* ends with NULL */
};

/* Stamp what every module must say. Use:
 *   KBSH_MODULE (.name = "example", .version = "1.0", ...);
 */
#define KBSH_EXPORT __attribute__ ((visibility ("default")))
#define KBSH_MODULE(...)                                                      \
  extern KBSH_EXPORT const struct kbsh_module kbsh_module;                    \
  const struct kbsh_module kbsh_module = {                                    \
    .abi_major = KBSH_ABI_MAJOR, .abi_minor = KBSH_ABI_MINOR,                 \
    .size = sizeof (struct kbsh_module), __VA_ARGS__                          \
  }

/* ------------------------------------------------------------------ */
/* What the host offers                                                */

/* Flags of the effects: which take which stands with them. */
enum kbsh_flags
{
  KBSH_SECRET = 1 << 0, /* the content is a secret: never shown anywhere */
  KBSH_QUERY = 1 << 1,  /* it only looks: done in a dry run too (and for a
                           program: nothing it does can write a file) */
  KBSH_WAIT = 1 << 2,   /* request: repeat it until `expect` or the deadline */
  KBSH_HTTP2 = 1 << 3,  /* request: HTTP/2 with prior knowledge (RFC 9113) */
  KBSH_INSECURE = 1 << 4, /* request: the server's certificate is not checked;
                             only for what is verified in another way */
  KBSH_PARTIAL = 1 << 5,  /* call: go on although some of the calls fail */
  KBSH_ALLOW_FAIL = 1 << 6, /* program: a non-zero status is no failure */
  KBSH_KEEP_FOLDER = 1 << 7, /* remove_tree: the folder itself stays, empty */
  KBSH_MNT_FORCE = 1 << 8,   /* unmount: as umount2's flags of these names */
  KBSH_MNT_DETACH = 1 << 9,
  KBSH_MNT_EXPIRE = 1 << 10,
  KBSH_UMOUNT_NOFOLLOW = 1 << 11
};

/* A file to write: atomically (temporary file, fsync, rename), with its mode
 * from the first byte, following no symbolic link on its last component. A
 * file that has this content, mode and owner already is left alone. */
struct kbsh_file
{
  size_t size;
  const char *path; /* absolute */
  const void *data;
  size_t length;  /* bytes */
  uint32_t mode;  /* permission bits, such as 0644; 0600 with KBSH_SECRET */
  uint32_t flags; /* KBSH_SECRET */
};

/* A program to run. `argv[0]` is a base name, looked up in the system's own
 * folders, or an absolute path. Secrets go in `input`, never in argv. */
struct kbsh_program
{
  size_t size;
  const char *const *argv; /* ends with NULL */
  const char *const *env;  /* "NAME=value" added to a minimal environment */
  const void *input;       /* standard input, or NULL */
  size_t input_length;
  uint32_t timeout_ms; /* 0: 60000 */
  uint32_t flags;      /* KBSH_SECRET, KBSH_QUERY, KBSH_ALLOW_FAIL */
};

/* What the host fills in: the caller says with `size` how much room there is
 * (0 counts as the size that the structure had in 1.0). */
struct kbsh_output
{
  size_t size;
  int status;      /* exit status; 128 + N when signal N ended it */
  const char *out; /* standard output, NUL-terminated; at most 1 MiB */
  size_t out_length;
  const char *err; /* standard error, likewise */
  size_t err_length;
};

/* Operations on a service of the machine (a systemd unit). */
enum kbsh_unit_op
{
  KBSH_UNIT_STATE = 0, /* only ask; allowed to checks and in a dry run */
  KBSH_UNIT_ENABLE = 1,
  KBSH_UNIT_DISABLE = 2,
  KBSH_UNIT_START = 3,
  KBSH_UNIT_STOP = 4,
  KBSH_UNIT_RESTART = 5,
  KBSH_UNIT_RELOAD = 6 /* make the manager read its unit files again */
};

struct kbsh_unit_state
{
  size_t size;
  int known;   /* there is such a unit */
  int enabled; /* it starts at boot */
  int active;  /* it runs (or is starting) */
};

/* An HTTP request. */
struct kbsh_request
{
  size_t size;
  const char *method; /* "GET", ... ; GET and HEAD are queries */
  const char *url;    /* http:// or https:// */
  const char *const *headers; /* "Name: value", ends with NULL; or NULL */
  const void *body;
  size_t body_length;
  const char *ca;          /* PEM: who may have signed the server; or NULL:
                              the machine's own list */
  const char *certificate; /* PEM: the client's certificate, or NULL */
  const char *key;         /* PEM: its key, a secret, or NULL */
  const char *unix_socket; /* path of a socket to talk through, or NULL */
  const char *subject;     /* what is asked for, in the user's words; it is
                              shown in progress and errors; or NULL */
  uint32_t timeout_ms;     /* whole, or for all tries with KBSH_WAIT; 0: 10000 */
  uint32_t expect;         /* KBSH_WAIT: the status waited for; 0: any 2xx */
  uint32_t flags; /* KBSH_SECRET (bodies), KBSH_QUERY, KBSH_WAIT, KBSH_HTTP2,
                     KBSH_INSECURE */
};

struct kbsh_response
{
  size_t size;
  int status;          /* HTTP status; 0: there was no answer */
  const char *reason;  /* status 0: why; otherwise "" */
  const char *headers; /* "Name: value\n" of headers and trailers */
  const char *body;    /* NUL-terminated */
  size_t body_length;
  int untrusted; /* status 0: somebody is there, with a certificate that does
                    not show that it is who was asked */
};

/* A call of another service, by role and name, in a worker of its own. */
struct kbsh_call
{
  size_t size;
  const char *role;    /* "ca", "runtime", "check", "addon" */
  const char *service; /* "MODULE.NAME" */
  const char *op;      /* the function of the role's table: "sign" */
  const char *args;    /* JSON object: all that the service gets to see */
};

enum kbsh_level
{
  KBSH_DEBUG = 0,
  KBSH_INFO = 1,
  KBSH_WARNING = 2
};

/* What an operator reads when something fails. */
struct kbsh_failure
{
  size_t size;
  const char *what;   /* what failed: required */
  const char *why;    /* the cause, or NULL */
  const char *remedy; /* what to do about it, or NULL */
};

enum kbsh_severity
{
  KBSH_PASSED = 0,
  KBSH_NOTE = 1,   /* worth saying, no more */
  KBSH_WARN = 2,   /* it will work, but */
  KBSH_ERROR = 3   /* it will not work; may be ignored by name */
};

/* The result of one check. */
struct kbsh_finding
{
  size_t size;
  const char *name; /* the check's own name, by which it can be ignored */
  uint32_t severity;
  const char *found;  /* what was found; not needed when KBSH_PASSED */
  const char *needed; /* what is needed, or NULL */
  const char *remedy; /* the command that mends it, or NULL */
};

/* The functions of the host. Look at `size` before using a function that is
 * newer than 1.0. */
struct kbsh_host
{
  size_t size;
  uint32_t abi_major;
  uint32_t abi_minor;

  /* -- inputs ------------------------------------------------------- */

  /* An input as JSON text, or NULL when there is none. `where` is
   * "name" (a parameter), "name:/pointer" or "step:/pointer": a JSON pointer
   * (RFC 6901) into a parameter, or into the facts of an earlier step. */
  const char *(*get) (struct kbsh_ctx *ctx, const char *where);

  /* The same as text: a string as it is, a number or boolean written out,
   * `otherwise` when there is none or it is null. */
  const char *(*get_string) (struct kbsh_ctx *ctx, const char *where,
                             const char *otherwise);
  int64_t (*get_int) (struct kbsh_ctx *ctx, const char *where,
                      int64_t otherwise);
  int (*get_bool) (struct kbsh_ctx *ctx, const char *where, int otherwise);

  /* The whole content of a file, NUL-terminated, or NULL without an error
   * recorded when there is no such file; any other trouble is recorded and
   * told apart with failed(). In a dry run, what was "written" is read. At
   * most 16 MiB. `length` may be NULL. */
  const char *(*read_file) (struct kbsh_ctx *ctx, const char *path,
                            size_t *length);

  /* -- results ------------------------------------------------------ */

  /* Put a result (a fact of this step) at a JSON pointer; `json` is JSON
   * text. Missing objects on the way are made; a last "-" appends to a list. */
  int (*put) (struct kbsh_ctx *ctx, const char *pointer, const char *json);
  int (*put_string) (struct kbsh_ctx *ctx, const char *pointer,
                     const char *text);

  /* From now on this text is redacted wherever it would be shown. */
  int (*secret) (struct kbsh_ctx *ctx, const char *text);

  /* -- telling ------------------------------------------------------ */

  /* Record an error; always returns -1. A second one is put in front of the
   * first: "what: first what". */
  int (*fail) (struct kbsh_ctx *ctx, const struct kbsh_failure *failure);

  /* 1 when an error is recorded, otherwise 0. */
  int (*failed) (struct kbsh_ctx *ctx);

  /* The text of the recorded error ("" when none), and forget it. */
  const char *(*forgive) (struct kbsh_ctx *ctx);

  /* One line for the operator. */
  void (*log) (struct kbsh_ctx *ctx, uint32_t level, const char *line);

  /* What is being waited for or worked on right now, such as "pulling 3 of 7
   * images"; NULL: nothing any more. */
  void (*progress) (struct kbsh_ctx *ctx, const char *text);

  /* Role check: report a result. */
  int (*finding) (struct kbsh_ctx *ctx, const struct kbsh_finding *finding);

  /* Role command and steps that present something: text for standard
   * output, exactly as given. */
  int (*print) (struct kbsh_ctx *ctx, const char *text, size_t length);

  /* -- effects ------------------------------------------------------ */

  int (*write_file) (struct kbsh_ctx *ctx, const struct kbsh_file *file);
  int (*remove_file) (struct kbsh_ctx *ctx, const char *path); /* none: fine */
  /* A folder and its missing parents (which get 0755). */
  int (*make_dir) (struct kbsh_ctx *ctx, const char *path, uint32_t mode);
  int (*change_mode) (struct kbsh_ctx *ctx, const char *path, uint32_t mode);
  int (*make_symlink) (struct kbsh_ctx *ctx, const char *path,
                       const char *target);
  int (*run_program) (struct kbsh_ctx *ctx, const struct kbsh_program *program,
                      struct kbsh_output *output);
  /* `state` may be NULL. It is the state after the operation. */
  int (*unit) (struct kbsh_ctx *ctx, const char *name, uint32_t op,
               struct kbsh_unit_state *state);
  /* Returns 0 when there was an answer or when there was none (status 0), and
   * -1 when the request was refused or, with KBSH_WAIT, the deadline passed:
   * the response is then the last one that came. */
  int (*request) (struct kbsh_ctx *ctx, const struct kbsh_request *request,
                  struct kbsh_response *response);

  /* -- calls -------------------------------------------------------- */

  /* Call `count` services side by side. results[i] becomes JSON text:
   * {"result": ...} or {"error": {"what":, "why":, "remedy":}}. Returns -1
   * when one failed, unless `flags` has KBSH_PARTIAL. */
  int (*call) (struct kbsh_ctx *ctx, const struct kbsh_call *calls,
               size_t count, uint32_t flags, const char **results);

  /* The names of all services of a role, as a JSON list of strings. */
  const char *(*services) (struct kbsh_ctx *ctx, const char *role);
  /* The folder with the data files of the given module, as installed. */
  const char *(*data_dir) (struct kbsh_ctx *ctx, const char *module);

  /* -- more effects ------------------------------------------------- */

  /* Remove a folder with all that is below it, or what else is at this path;
   * none is fine. No symbolic link is followed, nor is a mount point entered:
   * when something is mounted below, nothing is removed. No copy is kept: it
   * can't be undone. `flags`: KBSH_KEEP_FOLDER. Declared in `touches` as a
   * folder (ending in '/'). */
  int (*remove_tree) (struct kbsh_ctx *ctx, const char *path, uint32_t flags);
  /* Unmount all that is mounted below a folder, the innermost first, and in the
   * end the folder itself where it is mounted over itself (not what else is
   * mounted on it). All are tried before it fails. `flags`: KBSH_MNT_*,
   * KBSH_UMOUNT_NOFOLLOW. Declared as for remove_tree. */
  int (*unmount) (struct kbsh_ctx *ctx, const char *folder, uint32_t flags);
  /* As remove_file(), for a file whose content is a secret that nobody shall
   * have any more: no copy is kept, so that it can't be brought back. What
   * write_file() replaces is copied even when it is a secret: a key that is
   * lost can't be had again. */
  int (*remove_secret) (struct kbsh_ctx *ctx, const char *path);
};

/* What a service's function gets. */
struct kbsh_ctx
{
  size_t size;
  const struct kbsh_host *host;
  const char *step;    /* the step's name, such as "certs/ca" */
  const char *service; /* this service's name */
  const char *op;      /* the function's name in its table: "run", "sign" */
  int dry_run;         /* for the words of a message only */
};

#ifdef __cplusplus
}
#endif
#endif
