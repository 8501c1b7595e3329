#include "config.h"

#include "profile/np_stack.h"

#include <string.h>

#include "base/np_attr.h"
#include "base/np_bits.h"
#include "profile/np_reach.h"
#include "profile/np_stack_leave.h"

/* hashes: odd multipliers, of the golden ratio and of MurmurHash3 */
#define NP_STACK_MULTIPLY 0x9e3779b97f4a7c15u
#define NP_STACK_MIX      0xff51afd7ed558ccdu

static struct {
    uintptr_t low, high; /* our own code */
    unsigned  depth;
    uint64_t  power; /* NP_STACK_MULTIPLY to the depth */
} np_stack;


void
np_stack_init(uintptr_t low, uintptr_t high, unsigned depth)
{
    np_stack.low = low;
    np_stack.high = high;
    np_stack.depth = depth;
    np_stack.power = 1;

    for (; depth > 0; depth--) {
        np_stack.power *= NP_STACK_MULTIPLY;
    }
}


static int
np_stack_is_own(uintptr_t ip)
{
    return ip - np_stack.low < np_stack.high - np_stack.low;
}


NP_INLINE uint64_t
np_stack_mix(uint64_t v)
{
    v *= NP_STACK_MIX;

    return v ^ v >> 32;
}


/* 1 if g, outside of a frame that was just read, is still what it was, and
 * where its frame pointer leads.  Beyond a guess it may be gone. */
NP_INLINE int
np_stack_still_is(const np_stack_frame_t *g)
{
    const uintptr_t *fp = g->leads & NP_STACK_OUTWARDS ? g->fp : NULL;

    if (g->leads & NP_STACK_BEYOND
        && (!np_reach_still_has(g[1].ra, g->ra)
            || (fp != NULL && !np_reach_still_has(g->ra, fp)))) {
        return 0;
    }

    return *g->ra == g->at.ip && (fp == NULL || *fp == g->at.fp);
}


/* 1 if the memo's frames outside of *f that are asked for, with n frames
 * inside of *f, are still what they were: their saved registers are.  Else *f
 * is the innermost that is not: what lies inside of it does not hold, either.
 */
static int
np_stack_holds(const np_stack_t *s, const np_stack_frame_t **f, unsigned n)
{
    const np_stack_frame_t *least = s->frame;
    const np_stack_frame_t *g = *f;
    unsigned                inside = (unsigned) (g + 1 - s->frame) + n;

    if (inside > np_stack.depth) {
        least += inside - np_stack.depth;
    }

    /* *f itself was just read */
    while (g > least) {
        g--;

        if (g->leads == 0 ? *g->ra != g->at.ip : !np_stack_still_is(g)) {
            *f = g;
            return 0;
        }
    }

    return 1;
}


/* word by word: what was just written by words is not ready to be read in
 * wider pieces, which the compiler would choose */
NP_INLINE void
np_stack_copy(np_stack_frame_t *to, const np_stack_frame_t *from)
{
    np_poke(to->at.ip, from->at.ip);
    np_poke(to->at.sp, from->at.sp);
    np_poke(to->at.fp, from->at.fp);
    np_poke(to->ra, from->ra);
    np_poke(to->fp, from->fp);
    np_poke(to->by_fp, from->by_fp);
}


/* f of the memo was met again, as `as`: called from where it was, but what it
 * calls may be another function, which saves registers elsewhere */
static void
np_stack_meet(np_stack_frame_t *f, const np_stack_frame_t *as)
{
    f->at.fp = as->at.fp;
    f->ra = as->ra;
    f->fp = as->fp;
    f->by_fp = as->by_fp;
}


/* the n frames walked, innermost first, behind the `kept` ones of the memo */
static void
np_stack_splice(np_stack_t *s, unsigned n, unsigned kept)
{
    const np_stack_frame_t *outer;
    unsigned                surplus;
    uint64_t                hash;
    int                     leads;

    if (kept > 0) {
        np_stack_meet(&s->frame[kept - 1], &s->walked[n]);
    }

    if (kept + n > NP_STACK_KEEP) {
        surplus = kept + n - NP_STACK_KEEP;
        s->base = s->frame[surplus - 1].hash;
        memmove(s->frame, s->frame + surplus,
                (kept - surplus) * sizeof(s->frame[0]));
        kept -= surplus;
        s->whole = 0;
    }

    s->n = kept + n;
    outer = kept > 0 ? &s->frame[kept - 1] : NULL;
    hash = outer != NULL ? outer->hash : s->base;
    leads = s->vague ? NP_STACK_OUTWARDS : 0;

    for (; n > 0; outer = &s->frame[kept++]) {
        n--;

        if (outer != NULL) {
            leads = outer->by_fp
                    || (outer->fp == NULL
                        && (outer->leads & NP_STACK_OUTWARDS) != 0);
        }

        hash = hash * NP_STACK_MULTIPLY + np_stack_mix(s->walked[n].at.ip);
        np_stack_copy(&s->frame[kept], &s->walked[n]);
        s->frame[kept].hash = hash;
        s->frame[kept].leads = leads;
    }
}


/* 1 if f of the memo has those registers, as far as they matter to it and to
 * what is outside of it */
NP_INLINE int
np_stack_is(const np_stack_frame_t *f, const np_frame_t *at)
{
    return f->at.sp == at->sp && f->at.ip == at->ip
           && (!(f->leads & NP_STACK_OUTWARDS) || f->at.fp == at->fp);
}


/* frames from walked[0] outwards, *n of them, until one is met that the memo
 * has: *kept of its frames are outside then, or 0.  Beyond a guess only what
 * the memo has beyond one, too. */
static np_rule_e
np_stack_walk(np_stack_t *s, unsigned *n, unsigned *kept)
{
    const np_stack_frame_t *f = s->walked;
    const np_stack_frame_t *m = s->frame + s->n; /* the memo's are below */
    np_rule_e               rule = NP_RULE_SP;

    *n = 0;
    *kept = 0;

    for (; rule == NP_RULE_SP && *n < NP_STACK_KEEP; f++) {
        while (m > s->frame && m[-1].at.sp < f->at.sp) {
            m--;
        }

        if (m > s->frame && np_stack_is(&m[-1], &f->at)
            && !(m[-1].leads & NP_STACK_BEYOND) == (f < s->guess)
            && (s->whole || m + *n >= s->frame + np_stack.depth)) {
            *kept = (unsigned) (m - s->frame);
            m--;

            if (np_stack_holds(s, &m, *n)) {
                return NP_RULE_SP;
            }

            *kept = 0;
        }

        (*n)++;
        rule = np_stack_leave(s, f, &s->walked[*n]);
    }

    return rule;
}


/* registers here, as of a frame that is to be left */
#if defined(__x86_64__)
#define np_stack_here(f)                                                      \
    __asm__ volatile("lea 1f(%%rip), %0\n1:\tmov %%rsp, %1\n\tmov %%rbp, %2"  \
                     : "=a"((f)->ip), "=d"((f)->sp), "=c"((f)->fp))
#else
#define np_stack_here(f)                                                      \
    __asm__ volatile("adr %0, 1f\n1:\tmov %1, sp\n\tmov %2, x29"              \
                     : "=&r"((f)->ip), "=&r"((f)->sp), "=&r"((f)->fp))
#endif


/* f: the program's innermost frame, if the chain is the one that led here:
 * each return address found vouches for the place of the next, since frames of
 * ours have fixed sizes */
static int
np_stack_follow(const np_stack_chain_t *chain, const np_frame_t *here,
                np_stack_frame_t *f)
{
    const np_stack_link_t *l = chain->link;
    const np_stack_link_t *end = l + chain->n;

    if (l == end) {
        return 0;
    }

    for (; l < end; l++) {
        if (*(uintptr_t *) (here->sp + l->ra) != l->ip) {
            return 0;
        }
    }

    f->ra = (uintptr_t *) (here->sp + chain->out);
    f->fp = chain->fp != 0 ? (uintptr_t *) (here->sp + chain->fp) : NULL;
    f->at.ip = *f->ra;
    f->at.sp = here->sp + chain->sp;
    f->at.fp = f->fp != NULL ? *f->fp : here->fp;

    return !np_stack_is_own(f->at.ip);
}


/* likewise by rules, and the chain is noted; 0 or -1 */
static NP_NOINLINE int
np_stack_leave_own(np_stack_t *s, const np_frame_t *here, np_stack_frame_t *f)
{
    np_stack_chain_t chain = {.n = 0};
    np_stack_frame_t from = {.at = *here};

    np_stack_be_sure(s);

    for (;;) {
        if (np_stack_leave(s, &from, f) != NP_RULE_SP
            || chain.n == NP_STACK_OWN) {
            return -1;
        }

        if (f->fp != NULL) {
            chain.fp = (uint32_t) ((uintptr_t) f->fp - here->sp);
        }

        if (!np_stack_is_own(f->at.ip)) {
            break;
        }

        chain.link[chain.n].ra = (uintptr_t) f->ra - here->sp;
        chain.link[chain.n++].ip = f->at.ip;
        from = *f;
    }

    /* the frame pointer was saved by one of ours further in, perhaps */
    f->fp = chain.fp != 0 ? (uintptr_t *) (here->sp + chain.fp) : NULL;
    chain.out = (uint32_t) ((uintptr_t) f->ra - here->sp);
    chain.sp = (uint32_t) (f->at.sp - here->sp);
    memmove(s->chain + 1, s->chain,
            (NP_STACK_CHAINS - 1) * sizeof(s->chain[0]));
    s->chain[0] = chain;

    return 0;
}


/* the program's innermost frame, from here; 0 or -1 */
static int
np_stack_outside(np_stack_t *s, const np_frame_t *here, np_stack_frame_t *f)
{
    unsigned i;

    for (i = 0; i < NP_STACK_CHAINS; i++) {
        if (np_stack_follow(&s->chain[i], here, f)) {
            return 0;
        }
    }

    return np_stack_leave_own(s, here, f);
}


/* by libunwind; no memo is left */
static NP_NOINLINE uint64_t
np_stack_steps(np_stack_t *s)
{
    int      ended = 0;
    unsigned i;
    uint64_t hash = 0;

    s->whole = 1;
    s->n = np_unwind_steps(s->ip, np_stack.depth, np_stack.low, np_stack.high,
                           &ended);
    s->steps++;
    s->broken += !ended;

    for (i = s->n; i > 0; i--) {
        hash = hash * NP_STACK_MULTIPLY + np_stack_mix(s->ip[i - 1]);
    }

    return hash;
}


unsigned
np_stack_addresses(np_stack_t *s)
{
    unsigned n;

    if (s->stepped) {
        s->cut += s->n == np_stack.depth;
        return s->n;
    }

    for (n = 0; n < s->n && n < np_stack.depth; n++) {
        s->ip[n] = s->frame[s->n - 1 - n].at.ip;
    }

    s->cut += n < s->n || !s->whole;

    return n;
}


void
np_stack_keep(np_stack_t *s, uint32_t site)
{
    const np_recall_stack_t as = {site, s->generation, s->captured};
    unsigned                n = s->n < np_stack.depth ? s->n : np_stack.depth;

    if (!s->sought || s->stepped
        || (s->n < np_stack.depth && (!s->whole || s->vague))
        || s->frame[s->n - n].leads & NP_STACK_BEYOND) {
        return;
    }

    np_recall_keep(s->recall, &s->frame[s->n - n], n, &as);
}


/* of the n frames walked, which the memo has now, some are a guess */
static NP_NOINLINE void
np_stack_doubt(np_stack_t *s, unsigned n)
{
    unsigned i;

    for (i = (unsigned) (s->guess - s->walked); i < n; i++) {
        s->frame[s->n - 1 - i].leads |= NP_STACK_BEYOND;
    }
}


/* by the memo and rules, from walked[0] on; 0, or -1 if they do not do */
static int
np_stack_find(np_stack_t *s)
{
    unsigned  n, kept;
    int       vague = s->vague;
    np_rule_e rule;

    s->vague = 0;
    np_stack_be_sure(s);
    rule = np_stack_walk(s, &n, &kept);

    if (np_unlikely(!np_stack_is_sure(s))) {
        s->reach = s->known;
    }

    if (rule == NP_RULE_DEAR && n < np_stack.depth) {
        return -1;
    }

    if (kept == 0) {
        s->whole = rule == NP_RULE_END;
        s->base = 0;

    } else {
        s->vague = vague;
    }

    s->memo_hits += kept != 0;
    s->walks += kept == 0;
    np_stack_splice(s, n, kept);

    if (np_unlikely(!np_stack_is_sure(s))) {
        np_stack_doubt(s, n);
    }

    return 0;
}


/* of the stack that the memo has */
static uint64_t
np_stack_hash(const np_stack_t *s)
{
    uint64_t hash = s->frame[s->n - 1].hash;

    if (s->n > np_stack.depth) {
        return hash
               - s->frame[s->n - 1 - np_stack.depth].hash * np_stack.power;
    }

    /* fewer are the whole stack: nothing is before them */
    return s->n == np_stack.depth ? hash - s->base * np_stack.power : hash;
}


NP_NOINLINE uint64_t
np_stack_capture(np_stack_t *s, unsigned generation)
{
    const np_recall_entry_t *e;
    np_frame_t               here;
    int                      outside;

    if (s->generation != generation || s->stepped) {
        np_rule_begin(generation);
        s->generation = generation;
        s->stepped = 0;
        s->n = 0;
    }

    np_stack_here(&here);
    s->site = 0;
    outside = np_stack_outside(s, &here, s->walked) == 0;

    if (outside) {
        np_reach_move(&s->reach, s->walked[0].at.sp);
    }

    s->sought = outside && s->recall != NULL && np_recall_pays(&s->trial);

    if (s->sought) {
        e = np_recall_entry(s->recall, &s->walked[0].at);

        if (np_recall_holds(e, &s->walked[0].at, generation, &s->reach)) {
            s->site = e->as.site;
            s->memo_hits++;
            s->trial.found++;
            return e->as.hash;
        }

        if (np_unlikely(++s->trial.missed == NP_RECALL_TRIAL)) {
            np_recall_judge(&s->trial);
        }
    }

    if (outside && np_stack_find(s) == 0) {
        s->captured = np_stack_hash(s);

    } else {
        s->stepped = 1;
        s->captured = np_stack_steps(s);
    }

    s->captured = np_stack_mix(s->captured);

    return s->captured;
}
