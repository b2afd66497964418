// Tiles whose next product reads float32 panels.
#define BK_PANEL_ELEMENT float
BK_INLINE void bk_write_run(const float *values, float *to) {
    _Pragma("clang loop unroll(full)") for (int at = 0; at < 16; at += BK_LANES) {
        bk_store(to + at, bk_load(values + at));
    }
}
