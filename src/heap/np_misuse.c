#include "config.h"

#include "heap/np_misuse.h"

#include <unistd.h>

#include "base/np_check.h"
#include "base/np_out.h"
#include "os/np_options.h"
#include "os/np_proc.h"

/* what a shell shows for a process that died of SIGABRT */
#define NP_MISUSE_STATUS 134


void
np_misuse(const char *what, const void *m)
{
    char     buf[128];
    np_out_t o;

    if (np_options.abort == NP_ABORT_ABORT) {
        np_fatal(what, m);
    }

    np_out_init(&o, STDERR_FILENO, buf, sizeof(buf));
    np_outf(&o, "ngxpool: %s: %s %p\n",
            np_options.abort == NP_ABORT_EXIT ? "fatal" : "ignored", what, m);
    np_out_flush(&o);

    if (np_options.abort == NP_ABORT_EXIT) {
        np_fatal_run_hook(what, m);
        np_proc_exit(NP_MISUSE_STATUS);
    }
}
