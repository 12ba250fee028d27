import Commands

AMM.start()
