"""nianbao (年报): the numbers in Chinese government annual reports, exact, traced to their characters, comparable or honestly not."""
