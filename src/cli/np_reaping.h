#ifndef NP_REAPING_H
#define NP_REAPING_H

/*
 * Who ignores SIGCHLD has no children to wait for: the kernel forgets them as
 * they end.  It may have been ignored by whoever started us.  One thread.
 */

/* our children can be waited for; before the first of them */
void np_reaping_begin(void);

/* in a child, before its exec: as it was when we were started */
void np_reaping_restore(void);

#endif
