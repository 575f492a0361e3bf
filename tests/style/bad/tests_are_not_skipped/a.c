    skip(); /* bad */
    buf_skip(b);
