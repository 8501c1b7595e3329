#ifndef NP_ADVICE_OWNER_H
#define NP_ADVICE_OWNER_H

/*
 * Whose is a region?  For np_advice.c.
 */

#include "report/np_advice.h"

/* sets owner of the candidates that are REGION; they are in their order.  y
 * may be NULL: then calls from two places of a function are of two callers */
void np_advice_owners(np_advice_t *a, np_symbols_t *y);

#endif
