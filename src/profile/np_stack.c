#include "config.h"

#include "profile/np_stack.h"

#include <string.h>

#include "base/np_attr.h"
#include "base/np_bits.h"
#include "os/np_mem.h"
#include "profile/np_rule.h"

/* frames of our own at the inner end, at most */
#define NP_STACK_OWN 24
/* what is probed at once of a stack that is new to us */
#define NP_STACK_PROBE ((size_t) 64 << 10)

static uintptr_t np_stack_own_low, np_stack_own_high;


void
np_stack_skip(uintptr_t low, uintptr_t high)
{
    np_stack_own_low = low;
    np_stack_own_high = high;
}


static int
np_stack_is_own(uintptr_t ip)
{
    return ip - np_stack_own_low < np_stack_own_high - np_stack_own_low;
}


/* 1 if the word at p may be read.  The unwind information of a module may be
 * wrong, and the program must not die of it. */
static NP_NOINLINE int
np_stack_probe(np_stack_t *s, uintptr_t p)
{
    size_t    page = np_mem_page();
    uintptr_t low = p & ~(uintptr_t) (page - 1);
    uintptr_t high = low + page;

    if (!np_mem_is_mapped((void *) low, page)) {
        return 0;
    }

    if (low != s->high && high != s->low) {
        s->low = low;
        s->high = high;
    }

    s->low = low < s->low ? low : s->low;
    s->high = high > s->high ? high : s->high;

    return 1;
}


NP_INLINE int
np_stack_may_read(np_stack_t *s, const uintptr_t *p)
{
    return ((uintptr_t) p >= s->low && (uintptr_t) (p + 1) <= s->high)
           || ((uintptr_t) p % sizeof(*p) == 0
               && np_stack_probe(s, (uintptr_t) p));
}


/* f becomes the frame of its caller, by the rule for it.  NP_RULE_SP: done;
 * else why not. */
NP_INLINE np_rule_e
np_stack_leave(np_stack_t *s, np_stack_frame_t *f)
{
    np_rule_t  rule = np_rule_find(&f->at, s->generation);
    uintptr_t *cfa;

    if (np_unlikely(rule.kind > NP_RULE_FP)) {
        return (np_rule_e) rule.kind;
    }

    cfa = (uintptr_t *) (rule.kind == NP_RULE_SP ? f->at.sp : f->at.fp)
          + rule.cfa;
    f->ra = cfa + rule.ra;
    f->fp = rule.fp != NP_RULE_SAME ? cfa + rule.fp : NULL;

    if (np_unlikely((uintptr_t) cfa <= f->at.sp || !np_stack_may_read(s, f->ra)
                    || (f->fp != NULL && !np_stack_may_read(s, f->fp)))) {
        return NP_RULE_DEAR;
    }

    f->at.ip = *f->ra;
    f->at.sp = (uintptr_t) cfa;
    f->at.fp = f->fp != NULL ? *f->fp : f->at.fp;

    return f->at.ip != 0 ? NP_RULE_SP : NP_RULE_END;
}


/* 1 if the `depth` frames of the memo from frame[i] outwards are still what
 * they were: their saved registers are */
static int
np_stack_holds(const np_stack_t *s, unsigned i, unsigned depth)
{
    const np_stack_frame_t *f;
    unsigned                least = i + 1 > depth ? i + 1 - depth : 0;

    /* frame[i] itself was just read */
    while (i-- > least) {
        f = &s->frame[i];

        if (*f->ra != f->at.ip || (f->fp != NULL && *f->fp != f->at.fp)) {
            return 0;
        }
    }

    return 1;
}


/* the walk's frames, innermost first, behind the `kept` ones of the memo */
static void
np_stack_splice(np_stack_t *s, unsigned n, unsigned kept)
{
    unsigned surplus;

    if (kept + n > NP_STACK_KEEP) {
        surplus = kept + n - NP_STACK_KEEP;
        memmove(s->frame, s->frame + surplus,
                (kept - surplus) * sizeof(s->frame[0]));
        kept -= surplus;
        s->whole = 0;
    }

    s->n = kept + n;

    while (n > 0) {
        s->frame[kept++] = s->walked[--n];
    }
}


/* frames walked from f outwards, at most `most`, until one is met that the
 * memo has.  Its place in the memo plus 1 is *kept, or 0: none was. */
static np_rule_e
np_stack_walk(np_stack_t *s, np_stack_frame_t *f, unsigned *n, unsigned depth,
              unsigned *kept)
{
    unsigned  i = s->n;
    np_rule_e rule = NP_RULE_SP;

    *kept = 0;

    for (*n = 0; *n < NP_STACK_KEEP; (*n)++) {
        rule = np_stack_leave(s, f);

        if (rule != NP_RULE_SP) {
            break;
        }

        while (i > 0 && s->frame[i - 1].at.sp < f->at.sp) {
            i--;
        }

        if (i > 0 && s->frame[i - 1].at.sp == f->at.sp
            && s->frame[i - 1].at.ip == f->at.ip
            && s->frame[i - 1].at.fp == f->at.fp
            && (i + *n >= depth || s->whole)
            && np_stack_holds(s, i - 1, depth)) {
            *kept = i;
            return NP_RULE_SP;
        }

        s->walked[*n] = *f;
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
                     : "=r"((f)->ip), "=r"((f)->sp), "=r"((f)->fp))
#endif


static NP_NOINLINE unsigned
np_stack_steps(np_stack_t *s, uintptr_t *ip, unsigned depth)
{
    int      ended = 0;
    unsigned n;

    n = np_unwind_steps(ip, depth, np_stack_own_low, np_stack_own_high,
                        &ended);
    s->n = 0;
    s->steps++;
    s->cut += n == depth;
    s->broken += !ended;

    return n;
}


/* the memo's innermost addresses, but for ours */
static unsigned
np_stack_addresses(np_stack_t *s, uintptr_t *ip, unsigned depth)
{
    unsigned i = s->n;
    unsigned n;

    while (i > 0 && np_stack_is_own(s->frame[i - 1].at.ip)) {
        i--;
    }

    for (n = 0; n < depth && i > 0; n++) {
        ip[n] = s->frame[--i].at.ip;
    }

    s->cut += i > 0 || !s->whole;

    return n;
}


NP_NOINLINE unsigned
np_stack_capture(np_stack_t *s, uintptr_t *ip, unsigned depth,
                 unsigned generation)
{
    np_stack_frame_t f;
    unsigned         n, kept;
    np_rule_e        rule;

    if (s->generation != generation) {
        s->generation = generation;
        s->n = 0;
    }

    np_stack_here(&f.at);
    rule = np_stack_walk(s, &f, &n, depth + NP_STACK_OWN, &kept);

    if (rule == NP_RULE_DEAR && n < depth + NP_STACK_OWN) {
        return np_stack_steps(s, ip, depth);
    }

    if (kept == 0) {
        s->whole = rule == NP_RULE_END;
    }

    s->memo_hits += kept != 0;
    s->walks += kept == 0;
    np_stack_splice(s, n, kept);

    return np_stack_addresses(s, ip, depth);
}
