// Writes one row into panels, in any format. What layer norm and packing share.
#include "Matrix.h"
#include "quantiser.inc.h"

typedef uint8_t bk_vu8 __attribute__((vector_size(BK_LANES)));
typedef uint16_t bk_vu16 __attribute__((vector_size(BK_LANES * 2)));

// Rounds to nearest even; NaN stays NaN.
BK_INLINE bk_vi bk_bfloat16_of(bk_vf v) {
    bk_vu bits = (bk_vu)v;
    bk_vu rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
    bk_vu quiet = (bits >> 16) | 0x40;
    return (bk_vi)bk_select(v == v, (bk_vf)rounded, (bk_vf)quiet);
}

// What is taken from q before it is stored.
BK_INLINE int32_t bk_offset_of(bk_format format, const bk_quantiser *quantiser) {
    switch (format) {
    case BK_S8: return 128;
    case BK_I16: return quantiser->zero;
    default: return 0;
    }
}

// One vector of a row as it is stored. `format` is a constant at every call.
BK_INLINE void bk_store_elements(bk_format format, char *to, bk_vf v, const bk_quantiser *quantiser) {
    switch (format) {
    case BK_F32: memcpy(to, &v, sizeof v); break;
    case BK_BF16: {
        bk_vu16 elements = __builtin_convertvector(bk_bfloat16_of(v), bk_vu16);
        memcpy(to, &elements, sizeof elements);
        break;
    }
    case BK_I16: {
        bk_vi integers = bk_quantised(v, quantiser, bk_offset_of(format, quantiser));
        bk_vu16 elements = __builtin_convertvector(integers, bk_vu16);
        memcpy(to, &elements, sizeof elements);
        break;
    }
    case BK_U8:
    case BK_U7:
    case BK_S8: {
        bk_vi integers = bk_quantised(v, quantiser, bk_offset_of(format, quantiser));
        bk_vu8 elements = __builtin_convertvector(integers, bk_vu8);
        memcpy(to, &elements, sizeof elements);
        break;
    }
    }
}

// A row's place in panels: block b of its columns is at first + b * block_bytes.
typedef struct bk_panel_place {
    char *first;
    size_t block_bytes;
    size_t columns; // with padding
} bk_panel_place;

BK_INLINE bk_panel_place bk_place_of_row(const bk_panels *panels, size_t row, size_t n) {
    const bk_panel_layout *layout = &panels->layout;
    size_t columns = (n + layout->depth - 1) / layout->depth * layout->depth;
    size_t run_bytes = (size_t)layout->depth * layout->element_bytes;
    size_t panel_bytes = layout->rows * columns * layout->element_bytes;
    return (bk_panel_place){
        .first = (char *)panels->elements + row / layout->rows * panel_bytes + row % layout->rows * run_bytes,
        .block_bytes = layout->rows * run_bytes,
        .columns = columns,
    };
}

// Runs of whole vectors.
BK_INLINE void bk_write_long_runs(bk_format format, const bk_panels *panels, bk_panel_place place, const float *x,
                                  const float *column_scales, size_t n, const bk_quantiser *quantiser) {
    size_t depth = panels->layout.depth;
    size_t element_bytes = panels->layout.element_bytes;
    for (size_t block = 0; block < place.columns; block += depth) {
        size_t k = 0;
        for (; k < depth && block + k + BK_LANES <= n; k += BK_LANES) {
            bk_vf v = bk_scaled_vector(x, column_scales, block + k);
            bk_store_elements(format, place.first + k * element_bytes, v, quantiser);
        }
        for (; k < depth; k += BK_LANES) {
            bk_vf v = bk_scaled_columns(x, column_scales, block + k, n);
            bk_store_elements(format, place.first + k * element_bytes, v, quantiser);
        }
        place.first += place.block_bytes;
    }
}

// Runs that end inside a vector.
BK_INLINE void bk_write_short_runs(bk_format format, const bk_panels *panels, bk_panel_place place, const float *x,
                                   size_t n, const bk_quantiser *quantiser) {
    size_t depth = panels->layout.depth;
    size_t element_bytes = panels->layout.element_bytes;
    size_t k = 0;
    for (size_t first = 0; first < place.columns; first += BK_LANES) {
        char elements[BK_VECTOR_BYTES];
        bk_store_elements(format, elements, bk_scaled_columns(x, panels->column_scales, first, n), quantiser);
        size_t count = place.columns - first < BK_LANES ? place.columns - first : BK_LANES;
        for (size_t i = 0; i < count; i++) {
            for (size_t byte = 0; byte < element_bytes; byte++) {
                place.first[k * element_bytes + byte] = elements[i * element_bytes + byte];
            }
            if (++k == depth) {
                k = 0;
                place.first += place.block_bytes;
            }
        }
    }
}

BK_INLINE void bk_write_runs(bk_format format, const bk_panels *panels, bk_panel_place place, const float *x,
                             size_t n, const bk_quantiser *quantiser) {
    if (panels->layout.depth % BK_LANES != 0) {
        bk_write_short_runs(format, panels, place, x, n, quantiser);
    } else if (panels->column_scales) {
        bk_write_long_runs(format, panels, place, x, panels->column_scales, n, quantiser);
    } else {
        bk_write_long_runs(format, panels, place, x, NULL, n, quantiser);
    }
}

// Sixteen bits get the levels that sums of n products with weights of -127 to 127 have room for in 32 bits.
BK_INLINE int32_t bk_largest_level(bk_format format, size_t n) {
    if (format == BK_I16) {
        size_t room = INT32_MAX / (127 * n);
        return room >= 4095 ? 4095 : room <= 255 ? 255 : (int32_t)room;
    }
    return format == BK_U7 ? 127 : 255;
}

BK_INLINE bk_quantiser bk_describe_row(const bk_panels *panels, size_t row, const float *x, size_t n) {
    int32_t largest = bk_largest_level(panels->layout.format, n);
    bk_quantiser quantiser = panels->column_scales ? bk_quantiser_of_row(x, panels->column_scales, n, largest)
                                                   : bk_quantiser_of_row(x, NULL, n, largest);
    int32_t offset = bk_offset_of(panels->layout.format, &quantiser);
    panels->row_scales[row] = (bk_row_scale){.scale = quantiser.scale, .zero = quantiser.zero - offset};
    return quantiser;
}

// Writes n numbers as row `row`, and 0 from there to the end of the last run.
static void bk_write_panel_row(const bk_panels *panels, size_t row, const float *x, size_t n) {
    bk_panel_place place = bk_place_of_row(panels, row, n);
    bk_quantiser quantiser = {};
    switch (panels->layout.format) {
    case BK_F32: bk_write_runs(BK_F32, panels, place, x, n, &quantiser); break;
    case BK_BF16: bk_write_runs(BK_BF16, panels, place, x, n, &quantiser); break;
    case BK_U8:
        quantiser = bk_describe_row(panels, row, x, n);
        bk_write_runs(BK_U8, panels, place, x, n, &quantiser);
        break;
    case BK_U7:
        quantiser = bk_describe_row(panels, row, x, n);
        bk_write_runs(BK_U7, panels, place, x, n, &quantiser);
        break;
    case BK_S8:
        quantiser = bk_describe_row(panels, row, x, n);
        bk_write_runs(BK_S8, panels, place, x, n, &quantiser);
        break;
    case BK_I16:
        quantiser = bk_describe_row(panels, row, x, n);
        bk_write_runs(BK_I16, panels, place, x, n, &quantiser);
        break;
    }
}
