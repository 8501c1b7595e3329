#ifndef NP_ADVICE_H
#define NP_ADVICE_H

/*
 * The pool adviser: which call sites would be better served by a pool of
 * their own, or by another way to allocate, and what that is worth at most.
 *
 * A candidate is an origin: the innermost function of a stack that is no
 * wrapper (operator new, g_malloc, xmalloc ...), at one address of code; the
 * figures of all sites that begin there are added up.
 *
 *      leaf      return address of the call of malloc itself
 *        ...     wrappers
 *      origin    the place that is advised about
 *
 * At run time only the leaf is known: a candidate behind a wrapper can be
 * routed only if hardly anything else passes through the same leaf.
 *
 * Every limit and every cost is in one table, np_advice_rule[].  Gains are
 * upper bounds.  One thread.
 */

#include <stdint.h>

#include "report/np_profile.h"
#include "report/np_symbols.h"

typedef enum {
    NP_ADVICE_NO = 0,
    NP_ADVICE_REGION,    /* die together: one pool, destroyed once */
    NP_ADVICE_SCRATCH,   /* die young and in LIFO order: a mark and a reset */
    NP_ADVICE_STACK,     /* so, and of one small size: a local array */
    NP_ADVICE_RESERVE,   /* grow by realloc, most of them or with copies: ask
                            for more */
    NP_ADVICE_SEGREGATE, /* few survivors pin blocks: a pool for them */
    NP_ADVICE_KINDS
} np_advice_e;

/* why not */
typedef enum {
    NP_NO_FEW = 0,   /* events: nothing can be said */
    NP_NO_SMALL,     /* no share of calls or memory worth the trouble */
    NP_NO_REALLOC,   /* realloc makes others of them */
    NP_NO_THROWN,    /* exceptions: they outlive who throws them */
    NP_NO_REMOTE,    /* freed by other threads */
    NP_NO_SURVIVORS, /* too many outlive the rest, without pinning */
    NP_NO_PATTERN,   /* neither together nor in LIFO order */
    NP_NO_SAMPLED,   /* a sample shows neither */
    NP_NO_REASONS
} np_no_e;

/* SEGREGATE has no halves */
typedef enum {
    NP_CONFIDENCE_LOW = 0, /* a half of the run says otherwise, or neither has
                              enough to tell */
    NP_CONFIDENCE_MEDIUM,  /* one half has too little to tell */
    NP_CONFIDENCE_HIGH     /* both halves say the same */
} np_confidence_e;

typedef enum {
    NP_RULE_EVENTS = 0,
    NP_RULE_CALLS,
    NP_RULE_BYTES,
    NP_RULE_REMOTE,
    NP_RULE_SURVIVORS,
    NP_RULE_LIFO,
    NP_RULE_TEMPORARY,
    NP_RULE_STACK_SIZE,
    NP_RULE_STACK_SHARE,
    NP_RULE_RUN,
    NP_RULE_REGION_LIFO,
    NP_RULE_REALLOC,
    NP_RULE_COPIED,
    NP_RULE_REALLOCS,
    NP_RULE_GROWN,
    NP_RULE_PINNED,
    NP_RULE_PINNING,
    NP_RULE_MOMENTS,
    NP_RULE_LOOKED,
    NP_RULE_ROUTED,
    NP_COST_CALL,
    NP_COST_COPY,
    NP_COST_POOL,
    NP_RULES
} np_rule_e;

typedef struct {
    const char *key;
    double      value;
    const char *help;
} np_rule_t;

extern const np_rule_t np_advice_rule[NP_RULES];

typedef struct {
    np_advice_e     kind;
    np_no_e         why; /* when it is NP_ADVICE_NO */
    np_confidence_e confidence;
    uint32_t        leaf; /* places */
    uint32_t        origin;
    uint32_t        owner;  /* place of the caller that a REGION belongs to, or
                               UINT32_MAX */
    unsigned        within; /* of its frames the innermost that all have */
    uint32_t        site;   /* index of the one with most calls */
    uint32_t        first;  /* of all: sites[first .. first + nsites - 1] */
    unsigned        nsites;
    np_site_t       sum;     /* over them; stack and halves are unset */
    np_half_t       part[2]; /* of the run, at half of its clock or so */
    double          batched; /* frees that its runs can be at most: each site's
                                peak, so many times */
    double          passing; /* share of the leaf's allocations that it has,
                                of those of hidden sites, too */
    int             routed;  /* it can be: see above */
    int             thrown;  /* they are exceptions of C++ */
    int             whole;   /* another has as short a name, and is another */
    int             unseen;  /* nobody saw what they pin near the peak */

    double calls;   /* that would be saved, at most */
    double seconds; /* likewise */
    double memory;  /* bytes */
    double drag;    /* bytes that would stay longer, at most */
} np_candidate_t;

typedef struct {
    const np_profile_t *profile;
    unsigned            n;
    np_candidate_t     *v;     /* best first, those not advised at the end */
    uint32_t           *sites; /* indices into the profile's */
    unsigned            advised;
    double              seconds; /* the profiled run took, 0: unknown */
} np_advice_t;

extern const char *const np_advice_name[NP_ADVICE_KINDS];
extern const char *const np_advice_no[NP_NO_REASONS];
extern const char *const np_confidence_name[];

/* the profile must outlive it; y may be NULL: then no function is a wrapper.
 * -1: no memory */
int  np_advice_make(np_advice_t *a, const np_profile_t *p, np_symbols_t *y);
void np_advice_free(np_advice_t *a);

/* part of whole; 0 when there is no whole */
double np_advice_share(double part, double whole);

#endif
