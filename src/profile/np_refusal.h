#ifndef NP_REFUSAL_H
#define NP_REFUSAL_H

/* Lines on standard error about profiles that there are not, or not whole. */

/* why there is none: the error's number (ELIBACC: no libunwind), and the
 * file's name or "" */
void np_refusal_say(int err, const char *file);

/* standard error is what it is now */
void np_refusal_init(void);

/* the disk of the profile has become full.  Once, and not where standard error
 * is another file by then, or the program has shut itself in. */
void np_refusal_full(void);

#endif
