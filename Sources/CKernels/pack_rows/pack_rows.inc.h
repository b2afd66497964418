// Rows to panels, written once for every instruction set.
#include "pack_rows.h"
#include "panel_row.inc.h"

void BK_NAME(bk_pack_rows)(const float *x, size_t stride, size_t m, size_t n, const bk_panels *panels) {
    for (size_t i = 0; i < m; i++) {
        bk_write_panel_row(panels, i, x + i * stride, n);
    }
}
