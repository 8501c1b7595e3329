#ifndef NP_FAIL_H
#define NP_FAIL_H

/*
 * NGXPOOL_FAIL, in the debug build only: lets a chosen call of np_mem be
 * refused in any program, so that tests can see how it takes that.
 *
 *      map:3       the third call that maps memory fails
 *      purge:1+    the first that gives memory back, and all later ones
 *
 * The kinds are np_mem_op_e's: map, unmap, remap, purge, guard, advise, any.
 * A process counts from its exec; the child of a fork goes on counting.  The
 * first refusal of a process is told on standard error, once:
 *
 *      ngxpool: NGXPOOL_FAIL=map:3: refused
 *
 * No such line in a whole run says that there are fewer calls.
 */

#ifdef NP_DEBUG

/* begins what np_options.fail asks for; a value that is not allowed gets a
 * line.  Once, before there are threads. */
void np_fail_begin(void);

/* a call is refused: any thread */
void np_fail_tell(void);

#else

static inline void
np_fail_begin(void)
{
}


static inline void
np_fail_tell(void)
{
}

#endif

#endif
