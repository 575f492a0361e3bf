@pytest.mark.skipif(sys.platform == "darwin", reason="epoll")
@pytest.mark.skip  # bad
@pytest.mark.xfail  # bad
