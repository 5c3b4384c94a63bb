/*
 * Tests of view/picture.c: sizes, that a code's modules are the code's, that letters are drawn, and
 * get smaller where a line is long; what is missing is an error, and nothing is half written. What
 * a PNG shows to people and scanners is tested with the site.
 */
#include "view/picture.h"
#include "view/qr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <cairo/cairo.h>

#define WIDTH  480
#define HEIGHT 160

struct bytes {
    const char *data;
    size_t len, at;
};

static cairo_status_t take(void *context, unsigned char *out, unsigned len)
{
    struct bytes *bytes = context;

    if (len > bytes->len - bytes->at)
        return CAIRO_STATUS_READ_ERROR;
    memcpy(out, bytes->data + bytes->at, len);
    bytes->at += len;
    return CAIRO_STATUS_SUCCESS;
}

/* The picture behind the bytes; whoever asks destroys it. */
static cairo_surface_t *open_picture(const struct buffer *png, size_t from)
{
    struct bytes bytes = {png->data + from, png->len - from, 0};
    cairo_surface_t *surface = cairo_image_surface_create_from_png_stream(take, &bytes);

    assert_int_equal(cairo_surface_status(surface), CAIRO_STATUS_SUCCESS);
    assert_int_equal(bytes.at, bytes.len); /* nothing behind its end */
    return surface;
}

static unsigned pixel(cairo_surface_t *surface, int x, int y)
{
    const unsigned char *data = cairo_image_surface_get_data(surface);
    uint32_t value;

    memcpy(&value, data + y * cairo_image_surface_get_stride(surface) + 4 * x, sizeof value);
    return value & 0xffffff;
}

/* How many pixels of the box are not of that colour, in CSS pixels. */
static int inked(cairo_surface_t *surface, int x, int y, int width, int height, unsigned paper)
{
    int count = 0;

    for (int row = y * PICTURE_SCALE; row < (y + height) * PICTURE_SCALE; row++)
        for (int column = x * PICTURE_SCALE; column < (x + width) * PICTURE_SCALE; column++)
            count += pixel(surface, column, row) != paper;
    return count;
}

static void draws_a_code(void **state)
{
    const char *address = "https://vhod.example/region/ru-alt";
    struct buffer out = BUFFER_INIT;
    unsigned char *modules;
    cairo_surface_t *surface;
    int size;

    (void)state;
    buffer_puts(&out, "before|");
    assert_int_equal(picture_code(&out, address, 3), ERR_NONE);
    assert_int_equal(qr_modules(address, &modules, &size), ERR_NONE);
    surface = open_picture(&out, strlen("before|"));
    assert_int_equal(cairo_image_surface_get_width(surface), size * 3);
    assert_int_equal(cairo_image_surface_get_height(surface), size * 3);
    for (int y = 0; y < size * 3; y++)
        for (int x = 0; x < size * 3; x++)
            assert_int_equal(pixel(surface, x, y),
                             modules[y / 3 * size + x / 3] ? 0x000000 : 0xffffff);
    cairo_surface_destroy(surface);
    free(modules);
    buffer_free(&out);
}

static void refuses_no_code(void **state)
{
    struct buffer out = BUFFER_INIT;
    char *text = malloc(3001);

    (void)state;
    assert_non_null(text);
    memset(text, 'a', 3000);
    text[3000] = '\0';
    assert_int_equal(picture_code(&out, "", 3), ERR_INVALID);
    assert_int_equal(picture_code(&out, text, 3), ERR_LIMIT);
    assert_int_equal(out.len, 0);
    free(text);
    buffer_free(&out);
}

/* A card of those lines; its picture. */
static cairo_surface_t *card(struct picture_fonts *fonts, const char *text, bool dark)
{
    const struct picture_look look = {WIDTH, HEIGHT, dark, dark ? "#d9b8ff" : ""};
    struct buffer out = BUFFER_INIT;
    cairo_surface_t *surface;

    assert_int_equal(picture_card(&out, fonts, text, &look), ERR_NONE);
    surface = open_picture(&out, 0);
    assert_int_equal(cairo_image_surface_get_width(surface), WIDTH * PICTURE_SCALE);
    assert_int_equal(cairo_image_surface_get_height(surface), HEIGHT * PICTURE_SCALE);
    buffer_free(&out);
    return surface;
}

static void draws_lines_where_they_belong(void **state)
{
    static const struct {
        bool dark;
        unsigned paper;
    } themes[] = {{false, 0xffffff}, {true, 0x13171a}};
    struct picture_fonts *fonts;

    (void)state;
    assert_int_equal(picture_fonts_open(&fonts), ERR_NONE);
    for (size_t i = 0; i < 2; i++) {
        cairo_surface_t *surface =
            card(fonts, "\n\n  Вход: Ёж\n\nedu22.info\n  \nКуда звонить\n", themes[i].dark);

        assert_true(inked(surface, 24, 16, 200, 20, themes[i].paper) > 100);    /* the first */
        assert_true(inked(surface, 24, 44, 200, 22, themes[i].paper) > 100);    /* between */
        assert_true(inked(surface, 24, 128, 200, 20, themes[i].paper) > 100);   /* the last */
        assert_int_equal(inked(surface, 24, 72, 440, 50, themes[i].paper), 0);  /* no other */
        assert_int_equal(pixel(surface, 4, 160), i == 0 ? 0x0b5b48 : 0xd9b8ff); /* the accent */
        cairo_surface_destroy(surface);
    }
    picture_fonts_close(fonts);
}

/* Letters of Russian are in the font: none of them is drawn as the box for what is missing. */
static void has_every_letter(void **state)
{
    static const char *const letters[] = {"А", "Ё", "Ж",      "Щ", "ъ", "ы", "я", "ё", "«", "»",
                                          "—", "№", "\u00a0", "Ә", "ү", "ҥ", "a", "Z", "9"};
    cairo_surface_t *missing, *surface;
    struct picture_fonts *fonts;

    (void)state;
    assert_int_equal(picture_fonts_open(&fonts), ERR_NONE);
    missing = card(fonts, "x\n\ue123\ny", false);
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
        char text[32] = "x\n";
        int same = 0;

        strcat(strcat(text, letters[i]), "\ny");
        surface = card(fonts, text, false);
        for (int y = 80; y < 140; y++)
            for (int x = 48; x < 100; x++)
                same += pixel(surface, x, y) == pixel(missing, x, y);
        if (same == 60 * 52)
            fail_msg("%s is not in the font", letters[i]);
        cairo_surface_destroy(surface);
    }
    cairo_surface_destroy(missing);
    picture_fonts_close(fonts);
}

static void keeps_long_lines_inside(void **state)
{
    struct picture_fonts *fonts;
    cairo_surface_t *surface;
    char text[700] = "Первая\n";

    (void)state;
    for (int i = 0; i < 40; i++)
        strcat(text, "длинное-");
    strcat(text, "\nпоследняя");
    assert_int_equal(picture_fonts_open(&fonts), ERR_NONE);
    surface = card(fonts, text, false);
    assert_true(inked(surface, 24, 44, 100, 22, 0xffffff) > 50);
    assert_int_equal(inked(surface, WIDTH - 11, 12, 9, HEIGHT - 24, 0xffffff), 0);
    cairo_surface_destroy(surface);
    picture_fonts_close(fonts);
}

static void refuses_no_card(void **state)
{
    const struct picture_look look = {WIDTH, HEIGHT, false, ""};
    static const char *const texts[] = {"", "\n\n", "one", "  \none\n \t \n"};
    struct picture_fonts *fonts;
    struct buffer out = BUFFER_INIT;

    (void)state;
    assert_int_equal(picture_fonts_open(&fonts), ERR_NONE);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_int_equal(picture_card(&out, fonts, texts[i], &look), ERR_INVALID);
    assert_int_equal(picture_card(&out, NULL, "a\nb", &look), ERR_NOT_FOUND);
    assert_int_equal(out.len, 0);
    picture_fonts_close(fonts);
    picture_fonts_close(NULL);
    buffer_free(&out);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_a_code),
        cmocka_unit_test(refuses_no_code),
        cmocka_unit_test(draws_lines_where_they_belong),
        cmocka_unit_test(has_every_letter),
        cmocka_unit_test(keeps_long_lines_inside),
        cmocka_unit_test(refuses_no_card),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
