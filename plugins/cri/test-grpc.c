/* SPDX-License-Identifier: Apache-2.0
 *
 * Frames and statuses of gRPC, and the spelling of sockets.
 */
#include "api.h"

#include <stdlib.h>

#include "sdk/test/check.h"

static void
frames (void)
{
  Cri__VersionResponse message = CRI__VERSION_RESPONSE__INIT;
  ProtobufCMessage *again;
  size_t length = 0;
  uint8_t *frame;
  message.runtime_name = (char *)"containerd";
  frame = grpc_frame (&message.base, &length);
  CHECK (frame && frame[0] == 0 && frame[4] == length - 5);
  again = grpc_unframe (&cri__version_response__descriptor, frame, length);
  CHECK (again);
  if (again)
    CHECK_TEXT (((Cri__VersionResponse *)again)->runtime_name, "containerd");
  cri_free (&again);
  CHECK (!grpc_unframe (&cri__version_response__descriptor, frame, 4));
  CHECK (!grpc_unframe (&cri__version_response__descriptor, frame, length - 1));
  frame[0] = 1; /* compressed, which was not offered */
  CHECK (!grpc_unframe (&cri__version_response__descriptor, frame, length));
  free (frame);
}

static void
statuses (void)
{
  struct grpc_status status = { 0 };
  CHECK (!grpc_status_read ("content-type: application/grpc\r\n"
                            "Grpc-Status: 12\r\n"
                            "grpc-message: unknown%20service%3a x\r\n",
                            &status));
  CHECK (status.code == GRPC_UNIMPLEMENTED);
  CHECK_TEXT (status.message, "unknown service: x");
  CHECK (!grpc_status_read ("grpc-status: 0\n", &status));
  CHECK (status.code == GRPC_OK);
  CHECK_TEXT (status.message, "");
  CHECK (grpc_status_read ("content-type: text/html\n", &status));
  CHECK (grpc_status_read ("x-grpc-status: 0\n", &status));
  CHECK (grpc_status_read ("", &status));
}

static void
sockets (void)
{
  CHECK_TEXT (cri_path ("unix:///run/c.sock"), "/run/c.sock");
  CHECK_TEXT (cri_path ("unix:/run/c.sock"), "/run/c.sock");
  CHECK_TEXT (cri_path ("/run/c.sock"), "/run/c.sock");
  CHECK_TEXT (cri_path ("tcp://127.0.0.1:1"), NULL);
}

int
main (void)
{
  frames ();
  statuses ();
  sockets ();
  return check_result ();
}
