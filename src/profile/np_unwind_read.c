#include "config.h"

#include "profile/np_unwind_read.h"

#include "base/np_attr.h"
#include "os/np_mem.h"
#include "profile/np_gate.h"
#include "profile/np_reach.h"

static int (*np_unwind_read_before)(unw_addr_space_t, unw_word_t, unw_word_t *,
                                    int, void *);


int
np_unwind_read_may(uintptr_t p)
{
    uintptr_t low = p & ~(uintptr_t) 3;
    uintptr_t high = (p + sizeof(p) - 1) & ~(uintptr_t) 3;

    /* behind the last address there is none */
    return high > low && np_mem_is_readable((const void *) low)
           && ((low ^ high) < NP_REACH_PAGE
               || np_mem_is_readable((const void *) high));
}


int
np_unwind_read_may_near(uintptr_t p)
{
    return np_unwind_read_may(p - NP_UNWIND_READ_NEAR)
           && np_unwind_read_may(p + NP_UNWIND_READ_NEAR);
}


typedef struct {
    unw_word_t v;
} __attribute__((packed)) np_unwind_read_word_t;


NP_OF_STACKS unw_word_t
np_unwind_read_word(uintptr_t p)
{
    return ((const np_unwind_read_word_t *) p)->v;
}


static int
np_unwind_read(unw_addr_space_t as, unw_word_t p, unw_word_t *v, int write,
               void *of)
{
    if (write || !np_gate_is_entered()) {
        return np_unwind_read_before(as, p, v, write, of);
    }

    if (!np_unwind_read_may(p)) {
        return -1;
    }

    *v = np_unwind_read_word(p);

    return 0;
}


void
np_unwind_read_init(unw_accessors_t *a)
{
    np_unwind_read_before = a->access_mem;
    __atomic_store_n(&a->access_mem, np_unwind_read, __ATOMIC_RELEASE);
}
