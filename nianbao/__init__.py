"""nianbao (年报): the numbers of Chinese government reports, exact, traced to their characters, honestly compared."""
