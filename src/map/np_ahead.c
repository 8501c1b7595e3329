#include "config.h"

#include "map/np_ahead.h"

#include "base/np_attr.h"
#include "base/np_bits.h"
#include "os/np_mem.h"


char *
np_ahead(char *m, char *end, char *mark, size_t have)
{
    static int refused;

    size_t page = np_mem_page();
    size_t n = have / NP_AHEAD_SHARE;
    char  *from, *to;

    n = np_align_down(n < NP_AHEAD_MAX ? n : NP_AHEAD_MAX, page);

    if (n < 2 * page || (mark > m && mark <= end) || np_peek(refused)) {
        return mark;
    }

    from = (char *) np_align_down((size_t) m, page);
    to = (char *) np_align_up((size_t) end, page);
    to = (size_t) (to - from) < n ? to : from + n;

    if (np_mem_populate(from, (size_t) (to - from)) != 0) {
        np_poke(refused, 1);
    }

    return to;
}
