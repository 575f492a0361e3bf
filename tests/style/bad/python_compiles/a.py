a = 1
def f(:  # bad
