#include "config.h"

#include "heap/np_misuse.h"

#include <string.h>
#include <unistd.h>

#include "base/np_check.h"
#include "base/np_out.h"
#include "os/np_libc.h"
#include "os/np_options.h"
#include "os/np_proc.h"

/* what a shell shows for a process that died of SIGABRT */
#define NP_MISUSE_STATUS 134


void
np_misuse_with(const char *what, const void *m, const char *where)
{
    char     buf[256];
    np_out_t o;

    if (np_options.abort == NP_ABORT_ABORT) {
        np_fatal_at(what, m, where);
    }

    np_out_init(&o, STDERR_FILENO, buf, sizeof(buf));
    np_outf(&o, "ngxpool: %s: %s %p%s\n",
            np_options.abort == NP_ABORT_EXIT ? "fatal" : "ignored", what, m,
            where);
    np_out_flush(&o);

    if (np_options.abort == NP_ABORT_EXIT) {
        np_fatal_run_hook(what, m);
        np_proc_exit(NP_MISUSE_STATUS);
    }
}


void
np_misuse(const char *what, const void *m)
{
    np_misuse_with(what, m, "");
}


void
np_misuse_at(const char *what, const void *m, const void *site)
{
    static const char from[] = ", called from ";
    char              where[128];

    memcpy(where, from, sizeof(from));
    np_libc_where(site, where + sizeof(from) - 1,
                  sizeof(where) - sizeof(from) + 1);
    np_misuse_with(what, m, where);
}
