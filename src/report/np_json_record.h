#ifndef NP_JSON_RECORD_H
#define NP_JSON_RECORD_H

/*
 * Parts of a profile as JSON values, for np_export_json.c; the schema is in
 * PROFILE.md.  NULL: no memory.
 */

#include <jansson.h>

#include "report/np_export.h"

/* whole numbers as such, null if it is none */
json_t *np_json_real(double value);
json_t *np_json_integer(uint64_t value);

/* of any bytes; those that are no UTF-8 become U+FFFD */
json_t *np_json_text(const char *s);

/* addresses do not fit the numbers of all readers: "0x7f12" */
json_t *np_json_address(uint64_t address);

/* stack: with its id, kind, title and stack; the sums have none */
json_t *np_json_site(const np_profile_t *p, const np_site_t *s, int stack);

#endif
