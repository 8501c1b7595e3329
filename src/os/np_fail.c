#include "config.h"

#include "os/np_fail.h"

#ifdef NP_DEBUG

#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/np_out.h"
#include "os/np_mem.h"
#include "os/np_options.h"

/* more calls than any test waits for */
#define NP_FAIL_MOST 1000000000ul

static const struct {
    char        name[8];
    np_mem_op_e op;
} np_fail_kinds[] = {
    {"map", NP_MEM_MAP},     {"unmap", NP_MEM_UNMAP},
    {"remap", NP_MEM_REMAP}, {"purge", NP_MEM_PURGE},
    {"guard", NP_MEM_GUARD}, {"advise", NP_MEM_ADVISE},
    {"any", NP_MEM_ANY},
};

#define NP_FAIL_KINDS (sizeof(np_fail_kinds) / sizeof(np_fail_kinds[0]))

static atomic_int np_fail_xtold;


/* what stands in front of the colon; 0: none of ours */
static unsigned
np_fail_op(const char *s, size_t n)
{
    size_t i;

    for (i = 0; i < NP_FAIL_KINDS; i++) {
        if (strlen(np_fail_kinds[i].name) == n
            && memcmp(np_fail_kinds[i].name, s, n) == 0) {
            return np_fail_kinds[i].op;
        }
    }

    return 0;
}


/* 0, or -1 if that is not allowed */
static int
np_fail_ask(const char *value)
{
    size_t        n = strcspn(value, ":");
    unsigned      op = np_fail_op(value, n);
    unsigned long nth = 0;
    const char   *s = value + n;

    for (s += *s == ':'; *s >= '0' && *s <= '9' && nth < NP_FAIL_MOST; s++) {
        nth = nth * 10 + (unsigned long) (*s - '0');
    }

    if (op == 0 || nth == 0 || strcmp(s + (*s == '+'), "") != 0) {
        return -1;
    }

    np_mem_fail(op, nth, *s == '+' ? NP_MEM_EVERY : 0);

    return 0;
}


static void
np_fail_say(const char *what)
{
    char     buf[256];
    np_out_t o;

    np_out_init(&o, STDERR_FILENO, buf, sizeof(buf));
    np_outf(&o, "ngxpool: NGXPOOL_FAIL=%s: %s\n", np_options.fail, what);
    (void) np_out_flush(&o);
}


void
np_fail_begin(void)
{
    if (np_options.fail[0] != '\0' && np_fail_ask(np_options.fail) != 0) {
        np_fail_say("allowed: map|unmap|remap|purge|guard|advise|any:N, with "
                    "\"+\" behind if all later calls fail, too; using off");
        np_options.fail[0] = '\0';
    }
}


void
np_fail_tell(void)
{
    /* a unit test's own np_mem_fail() needs no telling */
    if (np_options.fail[0] != '\0'
        && atomic_exchange(&np_fail_xtold, 1) == 0) {
        np_fail_say("refused");
    }
}

#endif
