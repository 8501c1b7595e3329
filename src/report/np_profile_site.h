#ifndef NP_PROFILE_SITE_H
#define NP_PROFILE_SITE_H

/*
 * A site's record in the file, made one of the model.  For np_profile.c.
 */

#include "report/np_profile.h"

/* all but the stack */
void np_profile_site(np_site_t *s, const np_format_site_t *r,
                     const np_format_header_t *h);

/* adds the figures of s; `mean_life_*` come from the sums of records */
void np_profile_site_add(np_site_t *total, const np_site_t *s);

#endif
