#include "config.h"

#include "profile/np_refusal.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

#include "base/np_out.h"
#include "os/np_fd.h"
#include "os/np_file.h"
#include "os/np_mem.h"
#include "os/np_sandbox.h"

static _Atomic uint64_t np_refusal_xidentity; /* 0: nothing is said */


/* 1 if the kernel does not know the call that has pages of a file allocated:
 * for no bytes at all it fails for no other reason */
static int
np_refusal_is_kernels(void)
{
    return np_mem_populate(NULL, 0) != 0;
}


void
np_refusal_say(int err, const char *file)
{
    char     buf[512];
    np_out_t o;

    np_out_init(&o, STDERR_FILENO, buf, sizeof(buf));
    np_outf(&o, "ngxpool: no profile: ");

    if (err == ELIBACC) {
        np_outf(&o, "libunwind.so.8 cannot be loaded, or no file opened; is "
                    "the package libunwind8 installed, a descriptor free "
                    "(ulimit -n)?");

    } else if (err == ENOMEM) {
        np_outf(&o, "no memory can be mapped for it; is the address space "
                    "limited (ulimit -v)?");

    } else if (err == ENOSPC && np_refusal_is_kernels()) {
        np_outf(&o, "the kernel refuses MADV_POPULATE_WRITE, which came with "
                    "Linux 5.14");

    } else if (err == EFBIG) {
        np_file_why(&o, err);

    } else {
        if (err == EISDIR || err == ENODEV) {
            np_outf(&o, "%s has that name",
                    err == EISDIR ? "a folder" : "what is no regular file");

        } else {
            np_outf(&o, "the file cannot be created: ");
            np_file_why(&o, err);
        }

        np_outf(&o, "; NGXPOOL_PROFILE_FILE names another");
    }

    np_outf(&o, "%s%s\n", file[0] != '\0' ? ": " : "", file);
    (void) np_out_flush(&o);
}


void
np_refusal_init(void)
{
    atomic_store_explicit(&np_refusal_xidentity,
                          np_sandbox_is_on() ? 0
                                             : np_fd_identity(STDERR_FILENO),
                          memory_order_relaxed);
}


void
np_refusal_full(void)
{
    uint64_t identity = atomic_exchange_explicit(&np_refusal_xidentity, 0,
                                                 memory_order_relaxed);
    char     buf[160];
    np_out_t o;

    if (identity == 0 || np_sandbox_is_on()
        || np_fd_identity(STDERR_FILENO) != identity) {
        return;
    }

    np_out_init(&o, STDERR_FILENO, buf, sizeof(buf));
    np_outf(&o, "ngxpool: the disk of the profile is full: what finds no room "
                "there is counted as lost; NGXPOOL_PROFILE_FILE names another"
                "\n");
    (void) np_out_flush(&o);
}
