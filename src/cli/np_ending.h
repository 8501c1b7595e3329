#ifndef NP_ENDING_H
#define NP_ENDING_H

/*
 * Signals that end us, noted until we have put things in order: the command
 * that we started is ended, its profiles are looked after.  One thread.
 */

/* from now on SIGHUP, SIGINT, SIGQUIT, SIGTERM and SIGPIPE are noted, unless
 * they were ignored before; they end sleeping and writing, too.  A second one
 * of a kind ends us at once, SIGPIPE excepted */
void np_ending_begin(void);

/* the last that came; 0: none, or np_ending_begin() was not called */
int np_ending_signal(void);

#endif
