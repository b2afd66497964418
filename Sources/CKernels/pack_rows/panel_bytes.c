#include "Matrix.h"

static size_t round_up(size_t value, size_t multiple) { return (value + multiple - 1) / multiple * multiple; }

size_t bk_panel_bytes(const bk_panel_layout *layout, size_t m, size_t k) {
    return round_up(m, layout->rows) * round_up(k, layout->depth) * layout->element_bytes;
}
