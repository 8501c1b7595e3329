/*
 * The table is rendered in two passes over its rows, with one row's cells on
 * the stack.  In human units bytes end in "B  ", so that digits stand under
 * digits; blanks at the end of a line are cut.
 */

#include "config.h"

#include "heap/np_report_table.h"

#include <inttypes.h>
#include <string.h>

#include "heap/np_report_figures.h"

#define NP_REPORT_BAR 20


static int
np_report_fill(const np_report_table_t *t, unsigned i, np_report_cell_t *cell)
{
    unsigned c;

    for (c = 0; c < NP_REPORT_COLUMNS; c++) {
        cell[c].buf[0] = '\0';
        cell[c].text = cell[c].buf;
    }

    return t->row(t->data, i, cell);
}


static void
np_report_line(np_out_t *o, const np_report_table_t *t, const int *width,
               const char *const *text)
{
    unsigned c;
    int      pad = 0; /* blanks owed, paid only if something follows */
    int      n;

    for (c = 0; t->head[c] != NULL; c++) {
        if (t->hidden >> c & 1) {
            continue;
        }

        n = (int) strlen(text[c]);
        pad += 2;

        if (!(t->left >> c & 1)) {
            pad += width[c] - n;
        }

        for (; n > 0 && text[c][n - 1] == ' '; n--) {
            /* void */
        }

        if (n > 0) {
            np_outf(o, "%*s%.*s", pad, "", n, text[c]);
            pad = 0;
        }

        pad += (int) strlen(text[c]) - n;

        if (t->left >> c & 1) {
            pad += width[c] - (int) strlen(text[c]);
        }
    }

    np_out_bytes(o, "\n", 1);
}


void
np_report_table(np_out_t *o, const np_report_table_t *t)
{
    np_report_cell_t cell[NP_REPORT_COLUMNS];
    const char      *text[NP_REPORT_COLUMNS];
    int              width[NP_REPORT_COLUMNS], n;
    unsigned         i, c, named = 0;

    for (c = 0; t->head[c] != NULL; c++) {
        width[c] = (int) strlen(t->head[c]);
        named |= width[c] > 0;
    }

    for (i = 0; i < t->rows; i++) {
        if (!np_report_fill(t, i, cell)) {
            continue;
        }

        for (c = 0; t->head[c] != NULL; c++) {
            n = (int) strlen(cell[c].text);
            width[c] = n > width[c] ? n : width[c];
        }
    }

    if (named) {
        np_report_line(o, t, width, t->head);
    }

    for (i = 0; i < t->rows; i++) {
        if (!np_report_fill(t, i, cell)) {
            continue;
        }

        for (c = 0; c < NP_REPORT_COLUMNS; c++) {
            text[c] = cell[c].text;
        }

        np_report_line(o, t, width, text);
    }
}


void
np_report_count(np_report_cell_t *c, uint64_t n, int exact)
{
    char     digits[NP_REPORT_CELL];
    unsigned i, len;
    np_out_t o;

    np_out_init(&o, -1, digits, sizeof(digits));
    np_outf(&o, "%" PRIu64, n);
    len = (unsigned) strlen(digits);

    np_out_init(&o, -1, c->buf, sizeof(c->buf));

    for (i = 0; i < len; i++) {
        if (!exact && i > 0 && (len - i) % 3 == 0) {
            np_out_bytes(&o, ",", 1);
        }

        np_out_bytes(&o, &digits[i], 1);
    }
}


void
np_report_bytes(np_report_cell_t *c, uint64_t n, int exact)
{
    char     size[NP_REPORT_CELL];
    np_out_t o;

    if (exact) {
        np_report_count(c, n, 1);
        return;
    }

    np_out_init(&o, -1, c->buf, sizeof(c->buf));

    if (n == 0) {
        np_outf(&o, "0    ");
    } else {
        np_outf(&o, "%s%s", np_out_size(size, n), n < 1024 ? "  " : "");
    }
}


void
np_report_share(np_report_cell_t *c, uint64_t n, uint64_t of)
{
    uint64_t share = np_report_permille(n, of);
    np_out_t o;

    np_out_init(&o, -1, c->buf, sizeof(c->buf));
    np_outf(&o, "%" PRIu64 ".%u %%", share / 10, (unsigned) (share % 10));
}


void
np_report_power(np_report_cell_t *c, unsigned log2, int exact)
{
    static const char unit[][4]
        = {"B  ", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    np_out_t o;

    if (exact) {
        np_report_count(c, (uint64_t) 1 << log2, 1);
        return;
    }

    np_out_init(&o, -1, c->buf, sizeof(c->buf));
    np_outf(&o, "%u %s", 1U << log2 % 10, unit[log2 / 10]);
}


void
np_report_bar(np_report_cell_t *c, uint64_t n, uint64_t of)
{
    uint64_t len = (np_report_permille(n, of) * NP_REPORT_BAR + 500) / 1000;

    len = len > NP_REPORT_BAR ? NP_REPORT_BAR : len;
    memset(c->buf, '#', len);
    c->buf[len] = '\0';
}
