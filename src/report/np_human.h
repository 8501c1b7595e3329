#ifndef NP_HUMAN_H
#define NP_HUMAN_H

/*
 * Numbers as people read them.  Each writes a short text into the caller's
 * buffer and returns it; a NaN is "-".  Any thread, no state.
 */

#define NP_HUMAN_MAX 32

/* bytes: "812 B", "12.3 MiB" (three digits, powers of 1024) */
const char *np_human_bytes(char buf[NP_HUMAN_MAX], double bytes);

/* seconds: "3.21 ms", "12.3 s", "4 min 05 s" */
const char *np_human_seconds(char buf[NP_HUMAN_MAX], double seconds);

/* a count: "812", "12345", "1.23 M" */
const char *np_human_count(char buf[NP_HUMAN_MAX], double count);

#endif
