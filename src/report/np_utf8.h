#ifndef NP_UTF8_H
#define NP_UTF8_H

/*
 * Strings that need not be text, for formats that can escape control
 * characters but want valid UTF-8; np_escape_text() is for all others.  Any
 * thread, no state.
 */

/* a copy in which each byte that is not part of a well-formed character
 * (RFC 3629), DEL and the controls U+0080 to U+009F are U+FFFD; controls below
 * U+0020 stay.  The caller frees it; NULL when memory runs out */
char *np_utf8_copy(const char *s);

#endif
