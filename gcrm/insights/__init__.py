"""What the numbers say: how the team does, rep by rep and territory by territory."""
