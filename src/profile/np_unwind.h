#ifndef NP_UNWIND_H
#define NP_UNWIND_H

/*
 * What libunwind tells.  It is loaded when profiling begins and not before,
 * with RTLD_LOCAL, since it defines the names of the C++ exception runtime,
 * which must not take the place of the program's (libunwind issue 759).
 *
 * Two services: how the frame of a function is left (np_unwind_learn), asked
 * once for each return address and kept by np_rule.h, and a whole stack by
 * single steps, for stacks that have a frame which cannot be described so
 * (np_unwind_steps): signal frames, realigned stacks.
 *
 * libunwind is entered through np_gate.h, never with a lock held: it walks the
 * list of modules under the loader's.  It maps memory of its own and calls no
 * malloc.
 */

#include <stddef.h>
#include <stdint.h>

typedef enum {
    NP_RULE_UNKNOWN = 0,
    NP_RULE_SP,    /* CFA = stack pointer + cfa */
    NP_RULE_FP,    /* CFA = frame pointer + cfa */
    NP_RULE_GUESS, /* no unwind information: the frame pointer's chain, if it
                    * looks like one, else the end, as libunwind does */
    NP_RULE_END,   /* nobody called this function */
    NP_RULE_DEAR   /* only by libunwind's step */
} np_rule_e;

/* no frame pointer was saved: the caller's is the present one */
#define NP_RULE_SAME INT16_MAX

/* where the caller's registers are, in units of 8 bytes; ra and fp from the
 * CFA, which is the caller's stack pointer */
typedef struct {
    int32_t  cfa : 28;
    uint32_t kind : 4; /* np_rule_e */
    int16_t  ra;
    int16_t  fp;
} np_rule_t;

/* registers in a frame that is to be left */
typedef struct {
    uintptr_t ip; /* return address into it */
    uintptr_t sp;
    uintptr_t fp;
} np_frame_t;

/* the top bit of an address in a stack: it is the place itself, as a signal
 * found it, not behind a call */
#define NP_UNWIND_EXACT ((uintptr_t) 1 << 63)

/* loads libunwind; 0, or -1 if it cannot be had, or its pipe.  Not by two
 * threads at once; may be tried again. */
int np_unwind_load(void);

/* the rule for frames left at f->ip; memory of the frame is read.
 * NP_RULE_UNKNOWN: libunwind cannot be asked now */
np_rule_t np_unwind_learn(const np_frame_t *f);

/* the addresses of the calling thread's stack, innermost first, without those
 * in [low, high); how many, at most `most`.  *ended: 1 if the stack's end was
 * found, or the limit. */
unsigned np_unwind_steps(uintptr_t *ip, unsigned most, uintptr_t low,
                         uintptr_t high, int *ended);

/* modules have gone: what libunwind remembers of addresses is not true */
void np_unwind_forget(void);

#endif
