#ifndef NP_ESCAPE_H
#define NP_ESCAPE_H

/*
 * Strings that strangers chose (command lines, file names, messages), made
 * harmless for where they are shown.  Any thread, no state.
 */

#include <stddef.h>
#include <stdio.h>

/* text or attribute value in HTML: & < > " ' and control characters */
void np_escape_html(FILE *f, const char *s);

/* one CSV field (RFC 4180), quoted when it must be */
void np_escape_csv(FILE *f, const char *s);

/* the words of a command as a shell would read them back, control characters
 * as $'\ooo'; the caller frees it; NULL when memory runs out */
char *np_escape_command(char *const *argv);

/* in place: what is not valid UTF-8, control characters and those that turn
 * the direction of writing become '?' */
void np_escape_text(char *s);

/* in place: control characters become blanks, blanks at the ends go; the rest
 * as np_escape_text() has it */
void np_escape_line(char *s);

#endif
