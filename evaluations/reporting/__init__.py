"""What leaves a round on paper: the stories of its samples, its evidence pack and its report."""
