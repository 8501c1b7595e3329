#include "config.h"

#include "profile/np_rule.h"

#include <stdatomic.h>
#include <string.h>

#include "base/np_attr.h"
#include "profile/np_arena.h"

/* return addresses that are on the stack when memory is asked for: cc1 has
 * 20 000.  When three quarters are in use, no more are kept. */
#define NP_RULE_BITS 16
#define NP_RULE_SIZE ((size_t) 1 << NP_RULE_BITS)
#define NP_RULE_FULL (NP_RULE_SIZE / 4 * 3)
/* 2^64 by the golden ratio: spreads addresses over the table */
#define NP_RULE_MIX 0x9e3779b97f4a7c15u

typedef struct {
    _Atomic uintptr_t xkey;  /* address and generation; 0: free */
    _Atomic uint64_t  xrule; /* np_rule_t; 0: not yet known */
} np_rule_entry_t;

_Static_assert(sizeof(np_rule_t) == sizeof(uint64_t), "read in one piece");

static np_rule_entry_t *np_rules;
static _Atomic size_t   np_rule_xcount;


int
np_rule_init_locked(void)
{
    if (np_rules == NULL) {
        np_rules
            = np_arena_alloc_locked(NP_RULE_SIZE * sizeof(np_rule_entry_t));
    }

    return np_rules != NULL ? 0 : -1;
}


static NP_NOINLINE np_rule_t
np_rule_learn(np_rule_entry_t *e, uintptr_t key, const np_frame_t *f)
{
    np_rule_t rule = np_unwind_learn(f);
    uintptr_t old = 0;
    uint64_t  bits;

    if (e != NULL
        && (atomic_load(&e->xkey) == key
            || atomic_compare_exchange_strong(&e->xkey, &old, key)
            || old == key)) {
        memcpy(&bits, &rule, sizeof(bits));
        atomic_store_explicit(&e->xrule, bits, memory_order_release);
        atomic_fetch_add_explicit(&np_rule_xcount, 1, memory_order_relaxed);
    }

    return rule;
}


np_rule_t
np_rule_find(const np_frame_t *f, unsigned generation)
{
    uintptr_t        key = f->ip | (uintptr_t) generation << 48;
    size_t           i = key * NP_RULE_MIX >> (64 - NP_RULE_BITS);
    np_rule_entry_t *e;
    np_rule_t        rule;
    uintptr_t        at;
    uint64_t         bits;

    for (;; i = (i + 1) % NP_RULE_SIZE) {
        e = &np_rules[i];
        at = atomic_load_explicit(&e->xkey, memory_order_relaxed);

        if (np_likely(at == key)) {
            bits = atomic_load_explicit(&e->xrule, memory_order_acquire);

            if (np_unlikely(bits == 0)) {
                return np_rule_learn(e, key, f);
            }

            memcpy(&rule, &bits, sizeof(rule));
            return rule;
        }

        if (at == 0) {
            return np_rule_learn(np_rule_count() < NP_RULE_FULL ? e : NULL,
                                 key, f);
        }
    }
}


size_t
np_rule_count(void)
{
    return atomic_load_explicit(&np_rule_xcount, memory_order_relaxed);
}
