#ifndef NP_REFUSAL_H
#define NP_REFUSAL_H

/* One line that says why there is no profile: the error's number (ELIBACC: no
 * libunwind), and the file's name or "". */
void np_refusal_say(int err, const char *file);

#endif
