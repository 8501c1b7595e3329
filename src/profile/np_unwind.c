#include "config.h"

#include "profile/np_unwind.h"

#include <dlfcn.h>
#include <string.h>

#include "base/np_attr.h"
#include "profile/np_gate.h"
#include "profile/np_unwind_machine.h"
#include "profile/np_unwind_pipe.h"
#include "profile/np_unwind_read.h"

/* the library's names carry the machine's; its header knows them */
#define NP_UNWIND_TEXT(x) #x
#define NP_UNWIND_NAME(x) NP_UNWIND_TEXT(x)

/* how far the frame pointer is moved to see whether the CFA moves with it;
 * still within the frame's own memory */
#define NP_UNWIND_NUDGE 16

/* words in place of what a frame pointer leads to */
#define NP_UNWIND_NOTHING (2 * NP_UNWIND_READ_NEAR / sizeof(uintptr_t) + 4)

/* libc's own signal, 32, in a mask */
#define NP_UNWIND_LIBCS ((uint64_t) 1 << 31)

static struct {
    int (*init_local)(unw_cursor_t *, unw_context_t *);
    int (*step)(unw_cursor_t *);
    int (*get_reg)(unw_cursor_t *, unw_regnum_t, unw_word_t *);
    int (*get_save_loc)(unw_cursor_t *, int, unw_save_loc_t *);
    int (*get_proc_info)(unw_cursor_t *, unw_proc_info_t *);
    int (*is_signal_frame)(unw_cursor_t *);
    void (*flush_cache)(unw_addr_space_t, unw_word_t, unw_word_t);
    int (*getcontext)(unw_context_t *);
    unw_accessors_t *(*get_accessors)(unw_addr_space_t);
    unw_addr_space_t *local;

    int begun;
} np_unw;

static const struct {
    const char *name;
    void       *slot;
} np_unwind_names[] = {
    {NP_UNWIND_NAME(unw_init_local), &np_unw.init_local},
    {NP_UNWIND_NAME(unw_step), &np_unw.step},
    {NP_UNWIND_NAME(unw_get_reg), &np_unw.get_reg},
    {NP_UNWIND_NAME(unw_get_save_loc), &np_unw.get_save_loc},
    {NP_UNWIND_NAME(unw_get_proc_info), &np_unw.get_proc_info},
    {NP_UNWIND_NAME(unw_is_signal_frame), &np_unw.is_signal_frame},
    {NP_UNWIND_NAME(unw_flush_cache), &np_unw.flush_cache},
    {NP_UNWIND_NAME(unw_get_accessors), &np_unw.get_accessors},
    {NP_UNWIND_NAME(unw_local_addr_space), &np_unw.local},
#ifdef __x86_64__
    /* a function there, and code in line elsewhere */
    {"_Ux86_64_getcontext", &np_unw.getcontext},
#endif
};

#define NP_UNWIND_NAMES (sizeof(np_unwind_names) / sizeof(np_unwind_names[0]))

#if defined(__x86_64__)


/* where the return address was saved: below the CFA, whatever libunwind
 * remembers of it.  NULL: nowhere; -1 if it is not there. */
static int
np_unwind_return(unw_cursor_t *cursor, uintptr_t cfa, uintptr_t **ra)
{
    unw_word_t ip;

    *ra = (uintptr_t *) cfa - 1;

    if (np_unw.get_reg(cursor, UNW_REG_IP, &ip) != 0
        || !np_unwind_read_may((uintptr_t) *ra)) {
        return -1;
    }

    if (ip == 0 && **ra != 0) {
        *ra = NULL;
        return 0;
    }

    return **ra == ip ? 0 : -1;
}

#else


/* where the link register was saved; NULL: nowhere */
static int
np_unwind_return(unw_cursor_t *cursor, uintptr_t cfa NP_UNUSED, uintptr_t **ra)
{
    unw_save_loc_t loc;
    unw_word_t     ip;

    if (np_unw.get_save_loc(cursor, UNW_AARCH64_X30, &loc) != 0
        || np_unw.get_reg(cursor, UNW_REG_IP, &ip) != 0) {
        return -1;
    }

    *ra = ip != 0 ? (uintptr_t *) loc.u.addr : NULL;

    return ip == 0 || (loc.type == UNW_SLT_MEMORY && **ra == ip) ? 0 : -1;
}

#endif


/* lets libunwind begin, which makes its pipe */
static void
np_unwind_first(void)
{
    np_frame_t    f = {.ip = (uintptr_t) &np_unwind_first,
                       .sp = (uintptr_t) __builtin_frame_address(0),
                       .fp = (uintptr_t) __builtin_frame_address(0)};
    unw_context_t context;
    unw_cursor_t  cursor;

    memset(&context, 0, sizeof(context));
    np_unwind_forge(&context, &f);
    (void) np_unw.init_local(&cursor, &context);
}


/* the library and its functions; 0 or -1 */
static int
np_unwind_find(void)
{
    void  *lib;
    void  *address;
    size_t i;

    lib = dlopen("libunwind.so.8", RTLD_NOW | RTLD_LOCAL);

    if (lib == NULL) {
        return -1;
    }

    for (i = 0; i < NP_UNWIND_NAMES; i++) {
        address = dlsym(lib, np_unwind_names[i].name);

        if (address == NULL) {
            return -1;
        }

        memcpy(np_unwind_names[i].slot, &address, sizeof(address));
    }

    return 0;
}


int
np_unwind_load(void)
{
    if (np_unw.begun) {
        return 0;
    }

    if (np_unwind_find() != 0 || np_unwind_pipe(np_unwind_first) != 0) {
        return -1;
    }

    np_unwind_read_init(np_unw.get_accessors(*np_unw.local));
    np_unw.begun = 1;

    return 0;
}


/* 1 if libunwind can be asked where these signals are blocked.  Where it takes
 * a lock it blocks signals by libc's sigprocmask, which lets libc's own
 * through: a thread that waits for that by sigwait, as the one that serves
 * timers does, would die of it. */
NP_INLINE int
np_unwind_is_safe(const np_gate_state_t *state)
{
    return (state->signals & NP_UNWIND_LIBCS) == 0 && np_unwind_pipe_is_safe();
}


/* what libunwind wants of whoever asks it: 2 KiB, of which small stacks have
 * room for one at a time */
typedef struct {
    unw_context_t context;
    unw_cursor_t  cursor;
} np_unwind_look_t;


static int
np_unwind_begin(const np_frame_t *f, np_unwind_look_t *look)
{
    memset(&look->context, 0, sizeof(look->context));
    np_unwind_forge(&look->context, f);

    return np_unw.init_local(&look->cursor, &look->context);
}


/* 1 if the code there was made with unwind information.  Without it libunwind
 * looks for separate debug information, anew at each step.  Where it finds
 * none it says that the function is a byte long, or nothing. */
static int
np_unwind_is_told(unw_cursor_t *cursor)
{
    unw_proc_info_t info;

    return np_unw.get_proc_info(cursor, &info) == 0
           && info.end_ip - info.start_ip > 1;
}


/* 1 if the code at f's address itself, not what is before it, says how f is
 * left: the trampoline of signals */
static int
np_unwind_is_exact(const np_frame_t *f, np_unwind_look_t *look)
{
    return np_unwind_read_may(f->ip) && np_unwind_begin(f, look) == 0
           && (np_unw.is_signal_frame(&look->cursor) > 0
               || np_unwind_is_told(&look->cursor));
}


/* the frame left once: its CFA and what the cursor says then; 0 or -1 */
static int
np_unwind_leave(unw_cursor_t *cursor, uintptr_t *cfa)
{
    unw_word_t sp;

    if (np_unw.is_signal_frame(cursor) > 0 || np_unw.step(cursor) < 0
        || np_unw.get_reg(cursor, UNW_REG_SP, &sp) != 0) {
        return -1;
    }

    *cfa = sp;

    return 0;
}


/* distance in units of 8 bytes, if it fits into bits */
static int
np_unwind_distance(intptr_t d, int bits, long *units)
{
    intptr_t most = (intptr_t) 1 << (bits - 1);

    *units = d / 8;

    return d % 8 == 0 && *units > -most && *units < most - 1 ? 0 : -1;
}


/* the caller's frame pointer is where the present one is: in no memory of the
 * stack, but in the context that the frame was left from */
static int
np_unwind_is_same(const unw_save_loc_t *loc, uintptr_t cfa, uintptr_t sp)
{
    return loc->type != UNW_SLT_MEMORY || loc->u.addr < sp
           || loc->u.addr >= cfa;
}


/* which register the CFA is reckoned from, and how far it is away; 0 or -1 */
static int
np_unwind_base(const np_frame_t *at, uintptr_t cfa, np_unwind_look_t *look,
               np_rule_t *rule)
{
    np_frame_t other = *at;
    uintptr_t  nudged;
    long       units;

    other.fp += NP_UNWIND_NUDGE;

    if (np_unwind_begin(&other, look) != 0
        || np_unwind_leave(&look->cursor, &nudged) != 0) {
        return -1;
    }

    if (nudged == cfa) {
        rule->kind = NP_RULE_SP;

    } else if (nudged == cfa + NP_UNWIND_NUDGE) {
        rule->kind = NP_RULE_FP;

    } else {
        return -1;
    }

    if (np_unwind_distance(
            (intptr_t) (cfa - (nudged == cfa ? at->sp : at->fp)), 28, &units)
        != 0) {
        return -1;
    }

    rule->cfa = (int32_t) units;

    return 0;
}


static np_rule_t
np_unwind_learn_inside(const np_frame_t *f)
{
    const np_rule_t dear = {.kind = NP_RULE_DEAR};
    np_rule_t       rule = {.fp = NP_RULE_SAME};
    np_frame_t      at = *f;

    np_unwind_look_t look;
    unw_save_loc_t   fp;
    uintptr_t       *ra;
    uintptr_t        cfa;
    long             units;

    /* the call, not what follows it */
    at.ip--;

    if (!np_unwind_read_may(f->ip) || np_unwind_begin(&at, &look) != 0
        || !np_unwind_is_told(&look.cursor)) {
        /* libunwind itself looks at what is before the address: the
         * trampoline of signals has its information from one byte before its
         * first on */
        rule.kind
            = np_unwind_is_exact(f, &look) ? NP_RULE_DEAR : NP_RULE_GUESS;
        return rule;
    }

    if (np_unwind_leave(&look.cursor, &cfa) != 0 || cfa < at.sp
        || np_unwind_return(&look.cursor, cfa, &ra) != 0) {
        return dear;
    }

    /* the outermost frame may be empty: where calls push nothing */
    if (ra == NULL) {
        rule.kind = NP_RULE_END;
        return rule;
    }

    if (cfa == at.sp
        || np_unw.get_save_loc(&look.cursor, NP_UNWIND_FP, &fp) != 0
        || np_unwind_base(&at, cfa, &look, &rule) != 0
        || np_unwind_distance((intptr_t) ((uintptr_t) ra - cfa), 16, &units)
               != 0) {
        return dear;
    }

    rule.ra = (int16_t) units;

    if (np_unwind_is_same(&fp, cfa, at.sp)) {
        return rule;
    }

    if (np_unwind_distance((intptr_t) (fp.u.addr - cfa), 16, &units) != 0) {
        return dear;
    }

    rule.fp = (int16_t) units;

    return rule;
}


np_rule_t
np_unwind_learn(const np_frame_t *f)
{
    const uintptr_t nothing[NP_UNWIND_NOTHING] = {0};
    np_gate_state_t state = np_gate_enter();
    np_rule_t       rule = {.kind = NP_RULE_UNKNOWN};
    np_frame_t      at = *f;

    /* most rules do not depend on it, and it may be data, or a guess */
    if (!np_unwind_read_may_near(at.fp)) {
        at.fp = (uintptr_t) &nothing[NP_UNWIND_NOTHING / 2];
    }

    if (np_unwind_is_safe(&state)) {
        rule = np_unwind_learn_inside(&at);
    }

    np_gate_leave(state);

    return rule;
}


/* 1 if libunwind has taken the frame pointer for a chain's: of the other
 * registers it knows nothing then */
static int
np_unwind_has_guessed(unw_cursor_t *cursor)
{
    unw_save_loc_t loc;

    return np_unw.get_save_loc(cursor, NP_UNWIND_KEPT, &loc) != 0
           || loc.type == UNW_SLT_NONE;
}


/* 1 if a frame that is beyond a guess can be stepped out of */
static int
np_unwind_may_step(unw_cursor_t *cursor, uintptr_t sp)
{
    unw_word_t fp;

    return np_unw.get_reg(cursor, NP_UNWIND_FP, &fp) == 0
           && np_unwind_read_may_near(fp)
           && np_unwind_read_may_near(sp + NP_UNWIND_READ_NEAR);
}


/* in line: the frame that the walk begins in is to stand while it lasts */
NP_INLINE unsigned
np_unwind_steps_inside(uintptr_t *ip, unsigned most, uintptr_t low,
                       uintptr_t high, int *ended)
{
    unw_context_t context;
    unw_cursor_t  cursor;
    unw_word_t    at, sp, last[2] = {0, 0};
    uintptr_t     exact = 0;
    unsigned      n = 0;
    int           rc = 1, guessed = 0;

#if defined(__x86_64__)
    (void) np_unw.getcontext(&context);
#else
    unw_getcontext(&context);
#endif

    if (np_unw.init_local(&cursor, &context) != 0) {
        return 0;
    }

    while (n < most && (rc = np_unw.step(&cursor)) > 0
           && np_unw.get_reg(&cursor, UNW_REG_IP, &at) == 0 && at != 0
           && np_unw.get_reg(&cursor, UNW_REG_SP, &sp) == 0) {

        /* the outermost frame again: for some machines it is said twice */
        if (at == last[0] && sp == last[1]) {
            break;
        }

        last[0] = at;
        last[1] = sp;

        if (n != 0 || at < low || at >= high) {
            ip[n++] = at | exact;
        }

        exact = np_unw.is_signal_frame(&cursor) > 0 ? NP_UNWIND_EXACT : 0;
        guessed |= np_unwind_has_guessed(&cursor);

        if (guessed && !np_unwind_may_step(&cursor, sp)) {
            break;
        }
    }

    *ended = rc >= 0;

    return n;
}


NP_NOINLINE unsigned
np_unwind_steps(uintptr_t *ip, unsigned most, uintptr_t low, uintptr_t high,
                int *ended)
{
    np_gate_state_t state = np_gate_enter();
    unsigned        n = 0;

    if (np_unwind_is_safe(&state)) {
        n = np_unwind_steps_inside(ip, most, low, high, ended);
    }

    np_gate_leave(state);

    return n;
}


void
np_unwind_forget(void)
{
    np_gate_state_t state;

    if (np_unw.flush_cache != NULL) {
        state = np_gate_enter();
        np_unw.flush_cache(*np_unw.local, 0, 0);
        np_gate_leave(state);
    }
}
