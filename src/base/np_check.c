/*
 * The end of a process that was found broken.
 *
 * np_fatal() may be reached from inside any function of the allocator, with
 * locks held and the heap in pieces, so it uses its own stack and write(2)
 * only.  The line leaves in one write, so that lines of several threads do
 * not mix.  The hook is taken before it is called: whatever it runs into, it
 * runs once, and a second finding goes straight to abort().
 */

#include "config.h"

#include "base/np_check.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/np_out.h"

#define NP_CHECK_LINE 512

static _Atomic(np_fatal_pt) np_fatal_xhook;


void
np_fatal(const char *what, const void *addr)
{
    np_fatal_at(what, addr, "");
}


void
np_fatal_at(const char *what, const void *addr, const char *where)
{
    char     buf[NP_CHECK_LINE];
    np_out_t o;

    np_out_init(&o, STDERR_FILENO, buf, sizeof(buf));
    np_outf(&o, "ngxpool: fatal: %s %p%s\n", what, addr, where);
    np_out_flush(&o);

    np_fatal_run_hook(what, addr);
    abort();
}


void
np_fatal_run_hook(const char *what, const void *addr)
{
    np_fatal_pt hook = atomic_exchange(&np_fatal_xhook, NULL);

    if (hook != NULL) {
        hook(what, addr);
    }
}


void
np_fatal_set_hook(np_fatal_pt hook)
{
    atomic_store(&np_fatal_xhook, hook);
}
